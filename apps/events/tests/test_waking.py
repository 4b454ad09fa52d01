"""Waking the relay: never waited for, never in the way of a commit."""

import threading
import time
from contextlib import contextmanager

import pytest
from django.db import transaction

from apps.events import services as events
from apps.events import waking
from apps.events.errors import BrokerAway
from apps.events.models import OutboxEvent
from apps.events.tests.factories import lamp_lit
from apps.events.waking import _Waker


@pytest.fixture
def broker(monkeypatch):
    """A broker that notes what is sent, and does with it what a test wants."""

    class Broker:
        def __init__(self) -> None:
            self.sent: list[str] = []
            self.heard = threading.Event()
            self.behave = lambda: None

        def send_task(self, name: str, **options: object) -> None:
            self.sent.append(name)
            self.heard.set()
            self.behave()

        @contextmanager
        def line(self):
            yield self

    broker = Broker()
    monkeypatch.setattr(waking, "broker_line", broker.line)
    monkeypatch.setattr(waking, "_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(waking, "_waker", _Waker())
    return broker


def test_a_commit_wakes_the_relay(store, settings, broker, django_capture_on_commit_callbacks):
    settings.EVENTS_WAKE_RELAY = True
    with django_capture_on_commit_callbacks(execute=True):
        events.publish(lamp_lit(), store=store)
        assert broker.sent == []
    assert broker.heard.wait(5)
    assert broker.sent == ["events.relay_events"]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_hangs_delays_nobody(store, settings, broker):
    settings.EVENTS_WAKE_RELAY = True
    released = threading.Event()
    broker.behave = lambda: released.wait(10)
    began = time.monotonic()
    for _ in range(20):
        with transaction.atomic():
            events.publish(lamp_lit(), store=store)
    assert time.monotonic() - began < 5
    assert OutboxEvent.objects.count() == 20
    assert broker.heard.wait(5)
    assert len(broker.sent) == 1, "twenty commits while it hangs are one wake-up"
    broker.heard.clear()
    released.set()
    assert broker.heard.wait(5), "and one more when it answers again"


def test_a_broker_that_is_away_is_tried_again_at_the_next_commit(broker):
    def refuse() -> None:
        raise BrokerAway("no broker")

    broker.behave = refuse
    waking.wake_relay()
    assert broker.heard.wait(5)
    broker.heard.clear()
    waking.wake_relay()
    assert broker.heard.wait(5)
    assert len(broker.sent) == 2


def test_a_rush_of_commits_is_a_few_wake_ups(broker, monkeypatch):
    monkeypatch.setattr(waking, "_PAUSE_SECONDS", 0.5)
    began = time.monotonic()
    while time.monotonic() - began < 0.3:
        waking.wake_relay()
        time.sleep(0.001)
    assert len(broker.sent) == 1
