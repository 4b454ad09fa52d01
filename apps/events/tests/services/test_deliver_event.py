import threading
import time
from datetime import timedelta
from functools import partial
from importlib import import_module
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from apps.events import services as events
from apps.events.models import Delivery
from apps.events.registry import Kind, find_subscriber
from apps.events.services import Outcome
from apps.events.tests.factories import lamp_lit
from tests.threads import at_once


def published(store) -> Delivery:
    with transaction.atomic():
        events.publish(lamp_lit(), store=store)
    return Delivery.objects.get()


def deliver(delivery: Delivery) -> Outcome:
    return events.deliver_event(delivery_id=delivery.public_id)


def test_takes_effect_once_however_often_its_message_comes(store, subscribe):
    heard = []
    subscribe(lambda delivery: heard.append(delivery.public_id))
    delivery = published(store)

    assert deliver(delivery) is Outcome.DONE
    assert deliver(delivery) is Outcome.NOT_DUE

    assert heard == [delivery.public_id]


def test_an_unknown_id_is_nothing_to_do(db):
    assert events.deliver_event(delivery_id=uuid4()) is Outcome.NOT_DUE


def test_a_failure_is_planned_anew_and_may_be_sent_again(store, subscribe):
    def fail(delivery):
        raise RuntimeError("no")

    subscribe(fail)
    delivery = published(store)
    Delivery.objects.update(queued_until=timezone.now() + timedelta(seconds=20))

    assert deliver(delivery) is Outcome.FAILED
    assert deliver(delivery) is Outcome.NOT_DUE

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.queued_until) == ("pending", 1, None)
    assert delivery.next_attempt_at > timezone.now()


@pytest.mark.parametrize("kind", Kind)
def test_what_ends_its_process_every_time_is_given_up(store, subscribe, settings, kind):
    settings.EVENTS_MAX_ATTEMPTS = 3
    deaths = []

    def die(delivery):
        deaths.append(1)
        raise SystemExit  # nothing can be recorded any more

    subscribe(die, kind=kind)
    delivery = published(store)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for attempt in (1, 2, 3):
            with pytest.raises(SystemExit):
                deliver(delivery)
            delivery.refresh_from_db()
            assert (delivery.state, delivery.attempts) == ("pending", attempt)
            clock.shift(timedelta(seconds=121))
        assert deliver(delivery) is Outcome.FAILED

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, len(deaths)) == ("dead", 3, 3)
    assert delivery.last_error == "TimeoutError: the last attempt never came back"


def test_an_inner_one_whose_process_died_is_tried_again_soon(store, subscribe):
    def die_the_first_time(delivery):
        if delivery.attempts == 1:
            raise SystemExit

    subscribe(die_the_first_time)
    delivery = published(store)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        with pytest.raises(SystemExit):
            deliver(delivery)
        assert deliver(delivery) is Outcome.NOT_DUE
        clock.shift(timedelta(seconds=1.1))
        assert deliver(delivery) is Outcome.DONE


def test_a_late_failure_leaves_the_lease_of_a_later_attempt_alone(store, subscribe):
    """The first attempt hangs until its lease has lapsed and another one has begun."""
    leased = timezone.now() + timedelta(seconds=100)

    def fail_late(delivery):
        Delivery.objects.update(attempts=2, next_attempt_at=leased)
        raise RuntimeError("late")

    subscribe(fail_late, kind=Kind.EXTERNAL)
    delivery = published(store)
    deliver(delivery)

    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.next_attempt_at) == (2, leased)
    assert delivery.last_error == ""


def test_a_late_success_counts_whoever_else_has_begun(store, subscribe):
    def succeed_late(delivery):
        Delivery.objects.update(attempts=2, next_attempt_at=timezone.now() + timedelta(seconds=100))

    subscribe(succeed_late, kind=Kind.EXTERNAL)
    delivery = published(store)
    deliver(delivery)

    delivery.refresh_from_db()
    assert delivery.state == "done"


def test_an_attempt_that_slept_past_its_plan_has_no_second_effect(store, subscribe, monkeypatch):
    heard = []
    subscribe(lambda delivery: heard.append(delivery.attempts))
    delivery = published(store)
    module = import_module("apps.events.services.deliver_event")
    asked = []

    def sleep_before_the_effect(name: str):
        asked.append(name)
        if len(asked) == 2:  # it has begun, and has not yet taken effect
            with time_machine.travel(timezone.now() + timedelta(seconds=2)):
                assert deliver(delivery) is Outcome.DONE
        return find_subscriber(name)

    monkeypatch.setattr(module, "find_subscriber", sleep_before_the_effect)

    assert deliver(delivery) is Outcome.NOT_DUE
    assert heard == [2]


@pytest.mark.django_db(transaction=True)
def test_waits_for_whoever_only_looks_at_the_row(store, subscribe):
    subscribe(lambda delivery: None)
    delivery = published(store)
    looks = threading.Event()

    def look() -> None:
        with transaction.atomic():
            Delivery.objects.filter(pk=delivery.pk).locked()
            looks.set()
            time.sleep(0.3)
        connection.close()

    other = threading.Thread(target=look)
    other.start()
    looks.wait(5)
    assert deliver(delivery) is Outcome.DONE
    other.join()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", Kind)
def test_eight_workers_with_the_same_message_have_one_effect(store, subscribe, kind):
    def count(delivery):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE stores_store SET version = version + 1 WHERE id = %s", [store.pk]
            )

    subscribe(count, kind=kind)
    for _ in range(10):
        with transaction.atomic():
            events.publish(lamp_lit(), store=store)
        delivery = Delivery.objects.pending().get()
        outcomes = at_once(*[partial(deliver, delivery)] * 8)
        assert sorted(outcomes) == ["done"] + ["not due"] * 7

    store.refresh_from_db()
    assert store.version == 11
