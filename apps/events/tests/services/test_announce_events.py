from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from apps.events import services as events
from apps.events.errors import BrokerAway
from apps.events.models import FeedReader, OutboxEvent
from apps.events.tests.factories import lamp_lit
from tests.statements import at_most
from tests.threads import at_once


@pytest.fixture
def publish(store):
    def some(*numbers: int) -> None:
        with transaction.atomic():
            events.publish(*[lamp_lit(number=number) for number in numbers], store=store)
        events.number_events()

    return some


def told(line) -> list[int]:
    return [event.payload["number"] for event in line.announced]


def test_tells_each_event_once_in_the_order_of_the_feed(publish, line):
    publish(*range(250))
    assert events.announce_events() == 250
    publish(250, 251)
    assert events.announce_events() == 2
    assert events.announce_events() == 0
    assert told(line) == list(range(252))


def test_what_has_no_position_yet_waits_for_it(publish, store, line):
    publish(1)
    events.publish(lamp_lit(number=2), store=store)
    events.announce_events()
    assert told(line) == [1]
    events.number_events()
    events.announce_events()
    assert told(line) == [1, 2]


def test_goes_on_after_the_last_that_arrived_when_the_broker_goes(publish, line):
    publish(1, 2, 3, 4, 5)
    line.room = 3
    with pytest.raises(BrokerAway):
        events.announce_events()
    assert FeedReader.objects.get().holder is None

    line.room = None
    assert events.announce_events() == 2
    assert told(line) == [1, 2, 3, 4, 5]


def test_two_processes_never_tell_at_once(publish, line):
    publish(1, 2)
    second = []
    line.meanwhile = lambda: second.append(events.announce_events())
    assert events.announce_events() == 2
    assert second == [0, 0]
    assert told(line) == [1, 2]


def test_whoever_died_while_telling_is_followed_after_its_lease(publish, line):
    publish(1, 2)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        reader = FeedReader.objects.create(name="announcer")
        reader.lease(until=timezone.now() + timedelta(seconds=45))
        assert events.announce_events() == 0
        clock.shift(timedelta(seconds=46))
        assert events.announce_events() == 2


def test_who_lost_the_lease_moves_nothing(publish, line):
    """It was asleep for longer than its lease, and another one has told everything."""
    publish(1, 2)

    def another_took_over() -> None:
        line.meanwhile = lambda: None
        other = FeedReader.objects.get()
        other.lease(until=timezone.now() + timedelta(seconds=45))
        other.advance(to=OutboxEvent.objects.order_by("position").last().position + 100)

    line.meanwhile = another_took_over
    assert events.announce_events() == 0
    reader = FeedReader.objects.get()
    assert reader.position == OutboxEvent.objects.order_by("position").last().position + 100
    assert reader.holder is not None


def test_asks_two_statements_when_there_is_nothing_to_tell(publish, line):
    publish(1)
    events.announce_events()
    with at_most(2):
        events.announce_events()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_processes_at_once_tell_each_event_once(publish, line):
    publish(*range(100))
    assert sum(at_once(*[events.announce_events] * 4)) == 100
    assert told(line) == list(range(100))


def test_what_was_told_is_told_again_when_asked_for(publish, line):
    publish(1, 2, 3)
    events.announce_events()
    again = OutboxEvent.objects.filter(payload__number__gte=2)
    assert events.announce_again(events=again) == 2
    assert told(line) == [1, 2, 3, 2, 3]
    assert len({event.public_id for event in line.announced}) == 3


def test_says_how_many_were_told_again_when_the_broker_goes(publish, line):
    publish(1, 2, 3)
    line.room = 2
    with pytest.raises(BrokerAway, match="it hung up; 2 had been announced"):
        events.announce_again(events=OutboxEvent.objects.all())
