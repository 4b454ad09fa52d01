import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from apps.core.request_id import bound_request_id, current_request_id
from apps.core.transactions import in_transaction
from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent
from apps.events.registry import Kind
from apps.events.tests.factories import lamp_lit
from apps.stores.models import Store


def test_inner_subscriber_runs_once_and_in_a_transaction(store, subscribe):
    heard = []
    subscribe(lambda delivery: heard.append((delivery.event.payload["number"], in_transaction())))
    events.publish(lamp_lit(number=7), store=store)

    assert events.deliver_pending() == 1
    assert events.deliver_pending() == 0

    assert heard == [(7, True)]
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("done", 1)
    assert delivery.done_at is not None


def test_external_subscriber_runs_outside_any_transaction(store, subscribe):
    heard = []
    subscribe(lambda delivery: heard.append(in_transaction()), kind=Kind.EXTERNAL)
    events.publish(lamp_lit(), store=store)
    assert events.deliver_pending() == 1
    assert heard == [False]
    assert Delivery.objects.get().state == "done"


def test_subscriber_works_under_the_request_id_of_the_event(store, subscribe):
    heard = []
    subscribe(lambda delivery: heard.append(current_request_id()))
    with bound_request_id("request-1234"):
        events.publish(lamp_lit(), store=store)
    events.deliver_pending()
    assert heard == ["request-1234"]


def test_effect_of_a_failing_inner_subscriber_is_undone_and_tried_again(store, subscribe):
    def rename_and_fail(delivery):
        Store.objects.filter(pk=store.pk).update(name="half done")
        raise RuntimeError("no")

    subscribe(rename_and_fail)
    events.publish(lamp_lit(), store=store)
    assert events.deliver_pending() == 0

    store.refresh_from_db()
    delivery = Delivery.objects.get()
    assert store.name == "Tradepost"
    assert (delivery.state, delivery.attempts) == ("pending", 1)
    assert delivery.last_error == "RuntimeError: no"
    assert delivery.next_attempt_at > timezone.now()


def test_a_failure_is_written_down_without_what_the_log_leaves_out(store, subscribe):
    def fail(delivery):
        raise ValueError("no mail to ada@example.com with tpk_0123abcd_secret")

    subscribe(fail)
    events.publish(lamp_lit(), store=store)
    events.deliver_pending()
    assert Delivery.objects.get().last_error == "ValueError: no mail to [scrubbed] with [scrubbed]"


@pytest.mark.parametrize("odd", ["a\x00b", "a\ud800b"])
def test_a_failure_is_written_down_whatever_it_says(store, subscribe, odd):
    def fail(delivery):
        raise ValueError(odd)

    subscribe(fail)
    events.publish(lamp_lit(), store=store)
    assert events.deliver_pending() == 0
    assert Delivery.objects.get().last_error == "ValueError: a?b"


def test_one_that_fails_keeps_nobody_waiting(store, subscribe):
    heard = []

    def fail(delivery):
        raise RuntimeError("no")

    subscribe(fail, name="lamps.broken")
    subscribe(lambda delivery: heard.append(1), name="lamps.fine")
    events.publish(lamp_lit(), lamp_lit(), store=store)
    assert events.deliver_pending() == 2
    assert heard == [1, 1]


def test_gives_up_after_the_last_attempt_and_starts_again_when_asked(store, subscribe, settings):
    settings.EVENTS_MAX_ATTEMPTS = 3
    broken = [True]

    def fail(delivery):
        if broken[0]:
            raise RuntimeError("no")

    subscribe(fail)
    events.publish(lamp_lit(), store=store)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            events.deliver_pending()
            clock.shift(timedelta(hours=2))
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.attempts) == ("dead", 3)

        broken[0] = False
        assert events.redeliver(delivery_ids=[delivery.pk]) == 1
        assert events.deliver_pending() == 1
    assert Delivery.objects.get().state == "done"


def test_subscriber_that_the_code_no_longer_has_is_kept_and_named(store, subscribe, monkeypatch):
    subscribe(lambda delivery: None, name="lamps.gone")
    events.publish(lamp_lit(), store=store)
    monkeypatch.undo()
    assert events.deliver_pending() == 0
    assert Delivery.objects.get().last_error == "LookupError: the code has no subscriber lamps.gone"


def test_events_of_subscribers_are_delivered_in_the_same_run(store, subscribe):
    heard = []

    def answer(delivery):
        heard.append(delivery.event.payload["number"])
        if delivery.event.payload["number"] < 3:
            following = lamp_lit(number=delivery.event.payload["number"] + 1)
            events.publish(following, store=store)

    subscribe(answer)
    events.publish(lamp_lit(number=1), store=store)
    assert events.deliver_pending() == 3
    assert heard == [1, 2, 3]


def test_lapsed_lease_is_delivered_again_with_the_same_delivery_id(store, subscribe):
    keys = []

    def die_the_first_time(delivery):
        keys.append(delivery.public_id)
        if len(keys) == 1:
            raise SystemExit  # the process is killed: nothing can be recorded

    subscribe(die_the_first_time, kind=Kind.EXTERNAL)
    events.publish(lamp_lit(), store=store)
    with pytest.raises(SystemExit):
        events.deliver_pending()
    assert events.deliver_pending() == 0

    with time_machine.travel(timezone.now() + timedelta(seconds=121)):
        assert events.deliver_pending() == 1
    assert len(keys) == 2
    assert keys[0] == keys[1]


def test_what_ends_its_process_each_time_is_given_up(store, subscribe, settings):
    settings.EVENTS_MAX_ATTEMPTS = 3
    deaths = []

    def die(delivery):
        deaths.append(1)
        raise SystemExit

    subscribe(die, kind=Kind.EXTERNAL)
    events.publish(lamp_lit(), store=store)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(3):
            with pytest.raises(SystemExit):
                events.deliver_pending()
            clock.shift(timedelta(seconds=121))
        assert events.deliver_pending() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, len(deaths)) == ("dead", 3, 3)
    assert delivery.last_error == "TimeoutError: the last attempt never came back"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_four_relays_at_once_deliver_each_event_once(store, subscribe):
    def count(delivery):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE stores_store SET version = version + 1 WHERE id = %s", [store.pk]
            )

    subscribe(count)
    with transaction.atomic():
        events.publish(*[lamp_lit() for _ in range(100)], store=store)

    failures = []

    def relay() -> None:
        try:
            events.deliver_pending()
        except Exception as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=relay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    store.refresh_from_db()
    assert failures == []
    assert store.version == 101
    assert Delivery.objects.filter(state="done").count() == 100
    assert not OutboxEvent.objects.filter(position=None).exists()
