"""The one way to the message broker: a line for each thread, given up rather than waited for.

A connection that failed is dropped without a word to the other side, for a proper good-bye waits
for its answer, and a broker that is frozen never gives one.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from celery import current_app
from kombu import Connection, Exchange, Producer

from apps.core.transactions import forbids_transaction
from apps.events.cloud_events import CONTENT_TYPE, as_json
from apps.events.errors import BrokerAway
from apps.events.models import OutboxEvent

# A write, and the broker's word that it has it, may take so long each. The socket's own limits
# (config/settings/servers.py) hold for whatever else is said on a line.
PATIENCE_SECONDS = 5

FEED = Exchange("tradepost.events", type="topic", durable=True, delivery_mode="persistent")


class Line:
    """A producer on a connection of its own, with publisher confirms."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.connection: Connection = current_app.connection_for_write()
        self.connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        self.producer: Producer = current_app.amqp.Producer(self.connection, auto_declare=False)

    def is_alive(self) -> bool:
        """This function will tell whether the line may be used: it is this process's own, and the
        broker has not hung up since it was used last."""
        if self.process != os.getpid() or not self.connection.connected:
            return False
        if self.connection.transport.driver_type != "amqp":
            return True
        try:
            self.connection.drain_events(timeout=0)
        except TimeoutError:
            return True
        except OSError:
            return False
        return True

    def send_task(self, name: str, *arguments: str, expires: float | None = None) -> None:
        """This function will send a task to whichever worker is free."""
        current_app.send_task(
            name,
            args=arguments,
            expires=expires,
            producer=self.producer,
            retry=False,
            timeout=PATIENCE_SECONDS,
            confirm_timeout=PATIENCE_SECONDS,
        )

    def count_waiting(self, name: str) -> int:
        """This function will return how many messages lie in the queue that a task is sent to."""
        queue = current_app.amqp.router.route({}, name)["queue"]
        self.producer.maybe_declare(queue)
        # Redis forgets an empty queue, and would say that there is none.
        passive = self.connection.transport.driver_type == "amqp"
        channel = self.producer.channel
        return int(channel.queue_declare(queue=queue.name, passive=passive).message_count)

    def announce(self, event: OutboxEvent) -> None:
        """This function will publish an event to whoever has bound a queue to the feed."""
        self.producer.publish(
            as_json(event),
            exchange=FEED,
            routing_key=event.name,
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            message_id=str(event.public_id),
            declare=[FEED],
            timeout=PATIENCE_SECONDS,
            confirm_timeout=PATIENCE_SECONDS,
        )

    def drop(self) -> None:
        """This function will close the connection without waiting for anybody."""
        if self.process == os.getpid():
            self.connection.collect()


class _Lines(threading.local):
    current: Line | None = None


_lines = _Lines()


@forbids_transaction
@contextmanager
def broker_line() -> Iterator[Line]:
    """This function will lend this thread's line to the broker.

    Raises:
        BrokerAway: it could not be had, or failed meanwhile. What was sent last may have arrived.
        TransactionForbidden: rows are locked, and would be while the broker is waited for.
    """
    try:
        yield _open_line()
    except Exception as error:
        drop_line()
        raise BrokerAway(f"{type(error).__name__}: {error}") from error
    except GeneratorExit:  # whoever borrowed it has enough, between two words
        raise
    except BaseException:  # a time limit, or the end of the process: a word may be half said
        drop_line()
        raise


def drop_line() -> None:
    """This function will end this thread's line; the next use opens another."""
    line, _lines.current = _lines.current, None
    if line is not None:
        line.drop()


def _open_line() -> Line:
    line = _lines.current
    if line is None or not line.is_alive():
        drop_line()
        line = _lines.current = Line()
    return line
