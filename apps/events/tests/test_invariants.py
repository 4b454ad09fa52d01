from datetime import timedelta

import pytest
from django.utils import timezone

from apps.events import services as events
from apps.events.invariants import INVARIANTS
from apps.events.models import Delivery, FeedReader, OutboxEvent
from apps.events.tests.factories import lamp_lit
from tests.promises import broken_among

LONG_AGO = timedelta(hours=2)


@pytest.fixture
def event(store, subscribe) -> OutboxEvent:
    subscribe(lambda delivery: None)
    events.publish(lamp_lit(), store=store)
    events.number_events()
    return OutboxEvent.objects.get()


def broken() -> list[str]:
    return broken_among(INVARIANTS)


def test_all_is_well_with_a_new_event(event):
    assert broken() == []


def test_finds_a_dead_delivery(event):
    Delivery.objects.update(state="dead")
    assert broken() == ["no delivery is dead"]


def test_finds_a_delivery_that_nobody_takes(event):
    Delivery.objects.update(next_attempt_at=timezone.now() - LONG_AGO)
    assert broken() == ["no delivery is pending for more than an hour past its time"]


def test_finds_an_event_without_a_position(event):
    OutboxEvent.objects.update(position=None, created_at=timezone.now() - LONG_AGO)
    assert broken() == ["every event gets its place in the feed"]


def test_finds_an_event_that_was_announced_to_nobody(event, line):
    FeedReader.objects.create(name="forgetter", position=event.position)
    OutboxEvent.objects.update(created_at=timezone.now() - LONG_AGO)
    assert broken() == ["no event waits to be announced for more than an hour"]
    events.announce_events()
    assert broken() == []


def test_finds_an_event_that_ended_no_answers(event):
    OutboxEvent.objects.update(created_at=timezone.now() - LONG_AGO)
    FeedReader.objects.create(name="announcer", position=event.position)
    assert broken() == ["no event waits for more than an hour to end the answers that it makes old"]
    events.forget_answers()
    assert broken() == []


def test_finds_a_reader_that_has_read_what_is_not_there(event):
    FeedReader.objects.create(name="announcer", position=event.position + 1)
    assert broken() == ["no reader is ahead of the feed"]


@pytest.mark.parametrize("field", ["next_attempt_at", "queued_until"])
def test_finds_a_delivery_that_a_wrong_clock_has_put_off(event, field):
    Delivery.objects.update(**{field: timezone.now() + timedelta(hours=3)})
    assert broken() == [
        "no delivery and no reader is put off for longer than the code puts any off"
    ]


def test_finds_a_lease_without_end(event):
    reader = FeedReader.objects.create(name="announcer", position=event.position)
    reader.lease(until=timezone.now() + timedelta(hours=2))
    assert broken() == [
        "no delivery and no reader is put off for longer than the code puts any off"
    ]
