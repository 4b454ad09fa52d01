import pytest
from django.utils import timezone

from apps.events import services as events
from apps.events.errors import UnknownSubscriber
from apps.events.models import Delivery, OutboxEvent
from apps.events.services import Replayed
from apps.events.tests.factories import lamp_lit

ALL = OutboxEvent.objects.all()


def test_a_new_subscriber_hears_of_what_was_before_it(store, subscribe):
    events.publish(lamp_lit(number=1), lamp_lit(number=2), store=store)
    heard = []
    subscribe(lambda delivery: heard.append(delivery.event.payload["number"]))

    assert events.plan_replay(events=ALL, subscriber="lamps.react") == Replayed(created=2)
    assert events.deliver_pending() == 0
    assert events.replay_deliveries(events=ALL, subscriber="lamps.react") == Replayed(created=2)
    events.deliver_pending()

    assert heard == [1, 2]


def test_what_is_done_or_dead_is_done_once_more_under_the_same_id(store, subscribe):
    heard = []
    subscribe(lambda delivery: heard.append(delivery.public_id))
    events.publish(lamp_lit(), lamp_lit(), store=store)
    events.deliver_pending()
    dead = Delivery.objects.last()
    Delivery.objects.filter(pk=dead.pk).update(state="dead", done_at=None, attempts=12)

    assert events.plan_replay(events=ALL, subscriber="lamps.react") == Replayed(repeated=2)
    assert events.replay_deliveries(events=ALL, subscriber="lamps.react") == Replayed(repeated=2)
    events.deliver_pending()

    assert sorted(heard[:2]) == sorted(heard[2:])
    assert list(Delivery.objects.values_list("state", "attempts")) == [("done", 1)] * 2


def test_what_is_pending_keeps_its_attempts_and_its_plan(store, subscribe):
    subscribe(lambda delivery: None)
    events.publish(lamp_lit(), store=store)
    later = timezone.now() + timezone.timedelta(minutes=5)
    Delivery.objects.update(attempts=4, next_attempt_at=later)

    assert events.replay_deliveries(events=ALL, subscriber="lamps.react") == Replayed()

    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.next_attempt_at) == (4, later)


def test_others_hear_of_nothing(store, subscribe):
    subscribe(lambda delivery: None)
    subscribe(lambda delivery: None, name="lamps.other")
    events.publish(lamp_lit(), store=store)
    events.deliver_pending()

    events.replay_deliveries(events=ALL, subscriber="lamps.react")

    assert Delivery.objects.get(subscriber="lamps.other").state == "done"


def test_only_what_the_subscriber_listens_to_is_replayed(store, subscribe):
    subscribe(lambda delivery: None)
    events.publish(lamp_lit(), store=store)
    OutboxEvent.objects.update(name="lamp.broken")
    Delivery.objects.all().delete()

    assert events.replay_deliveries(events=ALL, subscriber="lamps.react") == Replayed()
    assert not Delivery.objects.exists()


def test_refuses_a_subscriber_that_the_code_does_not_have(store, subscribe):
    subscribe(lambda delivery: None)
    events.publish(lamp_lit(), store=store)
    for act in (events.replay_deliveries, events.plan_replay):
        with pytest.raises(UnknownSubscriber):
            act(events=ALL, subscriber="lamps.nobody")
    assert Delivery.objects.count() == 1
