from decimal import Decimal

import pytest
from django.db import transaction

from apps.core.money import Money
from apps.core.request_id import bound_request_id
from apps.core.transactions import TransactionRequired
from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent
from apps.events.tests.factories import lamp_lit
from tests.statements import at_most


def test_writes_the_fact_with_who_where_and_why(store, staff):
    event = lamp_lit(price=Money(Decimal("19.9"), "EUR"))
    with bound_request_id("request-1234"), transaction.atomic():
        events.publish(event, store=store, by=staff)

    written = OutboxEvent.objects.get()
    assert written.name == "lamp.lit"
    assert written.aggregate_type == "lamp"
    assert written.aggregate_id == event.aggregate_id
    assert written.store == store.public_id
    assert written.actor == f"user:{staff.public_id}"
    assert written.request_id == "request-1234"
    assert written.payload == {"price": {"amount": "19.90", "currency": "EUR"}, "number": 1}


def test_nobody_is_the_system(store):
    events.publish(lamp_lit(), store=store)
    assert OutboxEvent.objects.get().actor == "system"


def test_each_subscriber_gets_a_delivery_of_each_event(store, subscribe):
    subscribe(lambda delivery: None, name="lamps.one")
    subscribe(lambda delivery: None, name="lamps.two")
    events.publish(lamp_lit(number=1), lamp_lit(number=2), store=store)
    waiting = Delivery.objects.order_by("pk").values_list("event__payload__number", "subscriber")
    assert sorted(waiting) == [
        (1, "lamps.one"),
        (1, "lamps.two"),
        (2, "lamps.one"),
        (2, "lamps.two"),
    ]


def test_costs_one_statement_however_many_events_and_subscribers(store, subscribe):
    subscribe(lambda delivery: None, name="lamps.one")
    subscribe(lambda delivery: None, name="lamps.two")
    with at_most(1):
        events.publish(lamp_lit(), lamp_lit(), lamp_lit(), store=store)


def test_keeps_the_order_within_one_call(store):
    events.publish(*[lamp_lit(number=number) for number in range(50)], store=store)
    numbers = OutboxEvent.objects.order_by("pk").values_list("payload__number", flat=True)
    assert list(numbers) == list(range(50))


def test_is_gone_with_the_transaction(store):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        events.publish(lamp_lit(), store=store)
        raise ZeroDivisionError
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_needs_a_transaction(store):
    with pytest.raises(TransactionRequired):
        events.publish(lamp_lit(), store=store)
    assert not OutboxEvent.objects.exists()
