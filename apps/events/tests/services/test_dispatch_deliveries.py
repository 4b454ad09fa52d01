from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from apps.events import services as events
from apps.events.errors import BrokerAway
from apps.events.models import Delivery
from apps.events.tests.factories import lamp_lit
from tests.statements import at_most
from tests.threads import at_once


@pytest.fixture
def publish(store, subscribe):
    subscribe(lambda delivery: None)

    def some(count: int) -> None:
        with transaction.atomic():
            events.publish(*[lamp_lit(number=number) for number in range(count)], store=store)

    return some


def ids() -> list[str]:
    return [str(one) for one in Delivery.objects.order_by("pk").values_list("public_id", flat=True)]


def test_sends_one_message_for_each_that_is_due_in_their_order(publish, line):
    publish(150)
    assert events.dispatch_deliveries() == 150
    assert line.sent == [("events.deliver", public_id) for public_id in ids()]


def test_sends_nothing_again_while_its_message_is_on_the_way(publish, line):
    publish(3)
    events.dispatch_deliveries()
    assert events.dispatch_deliveries() == 0
    assert len(line.sent) == 3


def test_a_lost_message_is_sent_again_after_a_while(publish, line):
    publish(1)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert events.dispatch_deliveries() == 1
        clock.shift(timedelta(seconds=19))
        assert events.dispatch_deliveries() == 0
        clock.shift(timedelta(seconds=2))
        assert events.dispatch_deliveries() == 1
    assert line.sent[0] == line.sent[1]


def test_what_is_done_dead_leased_or_planned_for_later_is_not_sent(publish, line):
    publish(4)
    done, dead, planned, due = Delivery.objects.order_by("pk")
    done.mark_done(now=timezone.now())
    Delivery.objects.filter(pk=dead.pk).update(state="dead")
    planned.begin_attempt(next_at=timezone.now() + timedelta(seconds=60))

    events.dispatch_deliveries()

    assert line.sent == [("events.deliver", str(due.public_id))]


def test_no_row_is_locked_and_all_are_marked_while_the_broker_is_spoken_to(publish, line):
    publish(2)
    seen = []

    def look() -> None:
        seen.append(Delivery.objects.filter(queued_until__gt=timezone.now()).count())

    line.meanwhile = look
    events.dispatch_deliveries()
    assert seen == [2, 2]


def test_what_could_not_be_sent_is_due_at_once(publish, line):
    publish(5)
    line.room = 2
    with pytest.raises(BrokerAway):
        events.dispatch_deliveries()
    marks = Delivery.objects.order_by("pk").values_list("queued_until", flat=True)
    assert [mark is None for mark in marks] == [False, False, True, True, True]

    line.room = None
    assert events.dispatch_deliveries() == 3
    assert [public_id for _, public_id in line.sent] == ids()


def test_a_long_queue_is_kept_in_the_database(publish, line, settings):
    settings.EVENTS_MOST_QUEUED = 10
    publish(20)
    line.waiting = 4
    assert events.dispatch_deliveries() == 6
    line.waiting = 10
    assert events.dispatch_deliveries() == 0
    line.waiting = 12
    assert events.dispatch_deliveries() == 0
    line.waiting = 0
    assert events.dispatch_deliveries() == 10


def test_asks_one_statement_when_there_is_nothing_to_do(store, line):
    with at_most(1):
        assert events.dispatch_deliveries() == 0


def test_a_hundred_cost_five_statements(publish, line):
    publish(100)
    with at_most(5):  # whether, which, lock, mark; and that nothing is left
        assert events.dispatch_deliveries() == 100


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_relays_at_once_send_each_delivery_once(publish, line):
    publish(300)
    sent = at_once(*[events.dispatch_deliveries] * 4)
    assert sum(sent) == 300
    assert sorted(public_id for _, public_id in line.sent) == sorted(ids())
