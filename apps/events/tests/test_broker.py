"""A line to the broker that the tests have: Valkey or Redis, or whatever the environment names."""

import threading
from collections.abc import Iterator

import pytest
from celery import current_app
from django.db import transaction
from kombu import Connection, Queue

from apps.core.transactions import TransactionForbidden
from apps.events import broker
from apps.events import services as events
from apps.events.broker import FEED, Line, broker_line, drop_line
from apps.events.errors import BrokerAway
from apps.events.models import OutboxEvent
from apps.events.tests.factories import lamp_lit


@pytest.fixture
def connection() -> Iterator[Connection]:
    with current_app.connection_for_write() as connection:
        yield connection
    drop_line()


@pytest.fixture
def another_system(connection) -> Iterator[Queue]:
    queue = Queue("tests.another_system", FEED, routing_key="lamp.*")
    bound = queue(connection.default_channel)
    bound.declare()
    yield bound
    bound.delete()


def published(store) -> OutboxEvent:
    events.publish(lamp_lit(), store=store)
    events.number_events()
    return OutboxEvent.objects.get()


def queue_of(task: str) -> Queue:
    return current_app.amqp.router.route({}, task)["queue"]


def test_other_systems_hear_what_they_have_bound_a_queue_for(store, another_system):
    with broker_line() as line:
        line.announce(published(store))

    message = another_system.get(no_ack=True)
    assert message.content_type == "application/cloudevents+json"
    assert '"type":"lamp.lit"' in str(message.body)
    assert another_system.get(no_ack=True) is None


def test_nobody_listening_is_no_failure(store, connection):
    with broker_line() as line:
        line.announce(published(store))


def test_tasks_wait_in_the_queue_they_are_routed_to(connection):
    deliveries = queue_of("events.deliver")(connection.default_channel)
    others = queue_of("events.relay_events")(connection.default_channel)
    for queue in (deliveries, others):
        queue.declare()
        queue.purge()
    with broker_line() as line:
        assert line.count_waiting("events.deliver") == 0
        line.send_task("events.deliver", "0198-one")
        line.send_task("events.deliver", "0198-two")
        assert line.count_waiting("events.deliver") == 2
        assert line.count_waiting("events.relay_events") == 0
    assert deliveries.purge() == 2


def test_one_line_serves_a_thread_until_it_fails(connection):
    with broker_line() as first:
        pass
    with broker_line() as second:
        assert second is first
    with pytest.raises(BrokerAway), broker_line():
        raise ConnectionResetError("gone")
    with broker_line() as third:
        assert third is not first


def test_each_thread_has_a_line_of_its_own(connection):
    lines: list[Line] = []

    def note() -> None:
        with broker_line() as line:
            lines.append(line)
        drop_line()

    thread = threading.Thread(target=note)
    thread.start()
    thread.join()
    with broker_line() as mine:
        assert lines != [mine]
    assert len(lines) == 1


def test_a_line_that_was_opened_before_a_fork_is_not_used_after_it(connection, monkeypatch):
    with broker_line() as parents:
        pass
    monkeypatch.setattr(broker.os, "getpid", lambda: parents.process + 1)
    with broker_line() as childs:
        assert childs is not parents


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_broker_while_rows_are_locked():
    with transaction.atomic(), pytest.raises(TransactionForbidden), broker_line():
        pytest.fail("there was a line")


def test_a_broker_that_is_not_there_is_named(settings, monkeypatch):
    nowhere = Connection("amqp://127.0.0.1:1//", connect_timeout=1)
    monkeypatch.setattr(current_app, "connection_for_write", lambda: nowhere)
    drop_line()
    with pytest.raises(BrokerAway, match="refused"), broker_line():
        pytest.fail("there was a line")
