from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent
from apps.events.services import Relayed
from apps.events.tasks import deliver, relay_events
from apps.events.tests.factories import lamp_lit


def test_numbers_sends_and_tells(store, subscribe, line):
    subscribe(lambda delivery: None)
    events.publish(lamp_lit(), lamp_lit(), store=store)

    assert events.relay_events() == Relayed(dispatched=2, announced=2)
    assert events.relay_events() == Relayed()

    assert [name for name, _ in line.sent] == ["events.deliver"] * 2
    assert not OutboxEvent.objects.filter(position=None).exists()


def test_a_broker_that_is_away_is_no_failure(store, subscribe, line):
    subscribe(lambda delivery: None)
    events.publish(lamp_lit(), store=store)
    line.room = 0

    assert events.relay_events() == Relayed()

    assert not OutboxEvent.objects.filter(position=None).exists()
    line.room = None
    assert events.relay_events() == Relayed(dispatched=1, announced=1)


def test_the_tasks_do_what_the_services_do(store, subscribe, line):
    heard = []
    subscribe(lambda delivery: heard.append(delivery.public_id))
    events.publish(lamp_lit(), store=store)

    relay_events()
    ((_, argument),) = line.sent
    deliver(argument)

    assert heard == [Delivery.objects.get(state="done").public_id]
