"""What a line to RabbitMQ does when its other end is killed or frozen."""

import time

import pytest
from celery import current_app
from kombu import Connection

from apps.events.broker import broker_line, drop_line
from apps.events.errors import BrokerAway
from config import queues

pytestmark = [pytest.mark.fault, pytest.mark.services]

OPTIONS = {"confirm_publish": True, "read_timeout": 5, "write_timeout": 5}


@pytest.fixture
def line_to(broker, monkeypatch):
    """Has lines lead to the node of the test, with the settings of an installation on RabbitMQ."""

    def connection() -> Connection:
        return Connection(broker.url, connect_timeout=2, transport_options=OPTIONS)

    drop_line()
    monkeypatch.setattr(current_app, "connection_for_write", connection)
    monkeypatch.setattr(
        current_app.amqp, "queues", current_app.amqp.Queues(queues.quorum_queues()), raising=False
    )
    monkeypatch.setitem(current_app.amqp.__dict__, "router", current_app.amqp.Router())
    yield
    drop_line()


def send() -> int:
    with broker_line() as line:
        line.send_task("events.deliver", "0198-somebody")
        return line.count_waiting("events.deliver")


def test_a_frozen_broker_is_given_up_in_seconds_and_used_again_when_it_answers(broker, line_to):
    before = send()
    broker.freeze()
    for _ in range(2):  # on the line that was open, and on one that is opened now
        began = time.monotonic()
        with pytest.raises(BrokerAway):
            send()
        assert time.monotonic() - began < 8
    broker.thaw()
    assert send() > before


def test_a_broker_that_came_back_is_spoken_to_without_a_failure(broker, line_to):
    before = send()
    broker.kill()
    broker.start()
    assert send() == before + 1
