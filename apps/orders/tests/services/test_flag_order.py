import pytest
from django.db import transaction

from apps.core.transactions import TransactionRequired
from apps.events.models import OutboxEvent
from apps.orders import services
from apps.orders.attention import Attention
from apps.orders.errors import OrderNotFound
from apps.orders.models import Order
from apps.orders.tests.factories import OrderFactory
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most


@transaction.atomic
def flag(order: Order, reason: Attention, *, by=None) -> None:
    locked = services.lock_order(store=order.store, order_id=order.public_id)
    services.flag_order(order=locked, reason=reason, by=by)


def clear(order: Order, **details) -> Order:
    details = {"store": order.store, "by": None} | details
    return services.clear_flag(order_id=order.public_id, **details)


def told() -> list[tuple[str, dict]]:
    return list(OutboxEvent.objects.order_by("pk").values_list("name", "payload"))


def test_an_order_normally_needs_no_attention(db):
    assert OrderFactory().attention == ""


def test_staff_are_asked_to_look(shopper):
    order = OrderFactory(customer=shopper)
    flag(order, Attention.PAYMENT_HELD, by=shopper)
    order.refresh_from_db()
    assert (order.attention, order.version) == ("payment_held", 2)
    assert told() == [
        ("order.flagged", {"number": order.number, "reason": "payment_held"}),
    ]
    event = OutboxEvent.objects.get()
    assert (event.aggregate_id, event.actor) == (order.public_id, f"user:{shopper.public_id}")


def test_staff_are_asked_once_for_one_reason(db):
    order = OrderFactory()
    flag(order, Attention.PAYMENT_HELD)
    flag(order, Attention.PAYMENT_HELD)
    assert len(told()) == 1


def test_another_reason_takes_the_place_of_the_first(db):
    order = OrderFactory()
    flag(order, Attention.PAYMENT_HELD)
    flag(order, Attention.REFUND_FAILED)
    order.refresh_from_db()
    assert order.attention == "refund_failed"
    assert len(told()) == 2


def test_who_has_looked_says_so(staff):
    order = OrderFactory(customer__store=staff.store)
    flag(order, Attention.PAYMENT_HELD)
    assert clear(order, by=staff).attention == ""
    order.refresh_from_db()
    assert order.attention == ""
    assert told()[1] == (
        "order.flag_cleared",
        {"number": order.number, "reason": "payment_held"},
    )


def test_what_needs_no_attention_is_left_alone(db):
    order = OrderFactory()
    clear(order)
    order.refresh_from_db()
    assert order.version == 1
    assert told() == []


def test_an_order_of_another_store_is_not_there(db):
    order = OrderFactory()
    flag(order, Attention.PAYMENT_HELD)
    with pytest.raises(OrderNotFound):
        clear(order, store=StoreFactory())
    order.refresh_from_db()
    assert order.attention == "payment_held"


def test_asking_takes_two_statements(store):
    order = OrderFactory()
    with transaction.atomic():
        locked = services.lock_order(store=order.store, order_id=order.public_id)
        with at_most(2):
            services.flag_order(order=locked, reason=Attention.PAYMENT_HELD, by=None)


@pytest.mark.django_db(transaction=True)
def test_staff_are_asked_in_a_transaction_only():
    order = OrderFactory()
    with pytest.raises(TransactionRequired):
        services.flag_order(order=order, reason=Attention.PAYMENT_HELD, by=None)
    order.refresh_from_db()
    assert order.attention == ""
