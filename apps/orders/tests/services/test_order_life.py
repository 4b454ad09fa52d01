"""From placed to delivered, or to the end that an order takes instead."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from apps.accounts.tests.factories import UserFactory
from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.errors import ReservationLost
from apps.inventory.models import Reservation, StockItem
from apps.orders import services
from apps.orders.errors import OrderNotFound, OrderNotPayable, OrderStateConflict
from apps.orders.models import Order
from apps.orders.services import RequestedLine
from apps.orders.tests.factories import OrderFactory, goods
from tests.statements import at_most

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def place_order(customer, *quantities: int) -> Order:
    variants = [goods(store=customer.store, on_hand=5) for _ in quantities]
    return services.place_order_from_lines(
        store=customer.store,
        customer=customer,
        lines=[
            RequestedLine(variant=variant.public_id, quantity=quantity)
            for variant, quantity in zip(variants, quantities, strict=True)
        ],
        shipping_address={"full_name": "Ada Lovelace", "city": "London", "country": "GB"},
        by=customer,
        now=NOON,
    )


@transaction.atomic
def pay(order: Order, *, now: datetime = NOON) -> Order:
    locked = services.lock_order(store=order.store, order_id=order.public_id)
    return services.mark_order_paid(order=locked, by=locked.customer, now=now)


@transaction.atomic
def hold(order: Order, *, now: datetime) -> Order:
    locked = services.lock_order(store=order.store, order_id=order.public_id)
    services.hold_order(order=locked, now=now)
    return locked


def cancel(order: Order, **details) -> Order:
    details = {"by": order.customer, "reason": "", "now": NOON, **details}
    return services.cancel_order(store=order.store, order_id=order.public_id, **details)


def stock() -> list[tuple[int, int]]:
    """What is on hand and reserved, of each variant."""
    return list(StockItem.objects.order_by("pk").values_list("on_hand", "reserved"))


def payload_of(name: str) -> dict:
    return OutboxEvent.objects.get(name=name).payload


def test_paying_commits_the_stock_and_tells_what_was_sold(shopper):
    order = place_order(shopper, 2, 1)
    paid = pay(order, now=at(3))
    assert (paid.state, paid.paid_at) == ("paid", at(3))
    assert stock() == [(3, 0), (4, 0)]
    first, second = order.lines.select_related("variant__product")
    assert payload_of("order.paid") == {
        "changes": {"state": ["pending", "paid"]},
        "number": order.number,
        "customer_id": str(shopper.public_id),
        "total": {"amount": "34.90", "currency": "EUR"},
        "lines": [
            {
                "product_id": str(line.variant.product.public_id),
                "variant_id": str(line.variant.public_id),
                "quantity": quantity,
            }
            for line, quantity in ((first, 2), (second, 1))
        ],
    }


@pytest.mark.parametrize("state", ["paid", "shipped", "delivered", "canceled", "refunded"])
def test_only_a_pending_order_is_paid(store, state):
    order = OrderFactory(customer__store=store, state=state)
    with pytest.raises(OrderNotPayable) as refusal:
        pay(order)
    assert refusal.value.code == "order_not_payable"
    assert refusal.value.extensions["state"] == state
    order.refresh_from_db()
    assert order.state == state
    assert not OutboxEvent.objects.exists()


def test_an_order_whose_stock_is_gone_cannot_be_paid(shopper):
    order = place_order(shopper, 2)
    inventory.sweep_expired_reservations(now=at(16))
    with pytest.raises(ReservationLost):
        pay(order, now=at(16))
    order.refresh_from_db()
    assert (order.state, order.paid_at) == ("pending", None)
    assert stock() == [(5, 0)]


def test_paying_takes_eight_statements_beside_the_lock(shopper):
    order = place_order(shopper, 1, 1, 1)
    with at_most(9):
        pay(order)


def test_an_order_goes_all_the_way(shopper, staff):
    order = pay(place_order(shopper, 1))
    details = {"store": order.store, "order_id": order.public_id, "by": staff}
    assert services.ship_order(**details, now=at(60)).shipped_at == at(60)
    assert services.mark_order_delivered(**details, now=at(120)).delivered_at == at(120)
    assert [(one.to_state, one.actor) for one in order.transitions.all()] == [
        ("pending", f"user:{shopper.public_id}"),
        ("paid", f"user:{shopper.public_id}"),
        ("shipped", f"user:{staff.public_id}"),
        ("delivered", f"user:{staff.public_id}"),
    ]
    told = {"number": order.number, "customer_id": str(shopper.public_id)}
    shipped = told | {"changes": {"state": ["paid", "shipped"]}}
    delivered = told | {"changes": {"state": ["shipped", "delivered"]}}
    assert (payload_of("order.shipped"), payload_of("order.delivered")) == (shipped, delivered)


def test_steps_cannot_be_skipped(shopper, staff):
    order = place_order(shopper, 1)
    details = {"store": order.store, "order_id": order.public_id, "by": staff, "now": NOON}
    for step in (services.ship_order, services.mark_order_delivered):
        with pytest.raises(OrderStateConflict):
            step(**details)
    order.refresh_from_db()
    assert order.state == "pending"


def test_a_refund_is_recorded_and_moves_no_stock(shopper, staff):
    order = pay(place_order(shopper, 2))
    with transaction.atomic():
        locked = services.lock_order(store=order.store, order_id=order.public_id)
        services.mark_order_refunded(order=locked, by=staff, now=at(60))
    assert (locked.state, locked.refunded_at) == ("refunded", at(60))
    assert stock() == [(3, 0)]
    assert payload_of("order.refunded")["total"] == {"amount": "24.90", "currency": "EUR"}


def test_canceling_a_pending_order_releases_its_stock(shopper, staff):
    order = place_order(shopper, 2)
    canceled = cancel(order, by=staff, reason="Fraud", now=at(5))
    assert (canceled.state, canceled.canceled_at) == ("canceled", at(5))
    assert stock() == [(5, 0)]
    assert order.transitions.last().reason == "Fraud"
    assert payload_of("order.canceled") == {
        "number": order.number,
        "customer_id": str(shopper.public_id),
        "canceled_by": "staff",
        "was_paid": False,
        "changes": {"state": ["pending", "canceled"]},
    }


def test_canceling_a_paid_order_returns_its_stock_and_owes_the_money(shopper):
    order = pay(place_order(shopper, 2))
    cancel(order)
    assert stock() == [(5, 0)]
    told = payload_of("order.canceled")
    assert told["was_paid"] is True
    assert told["canceled_by"] == "customer"


def test_canceling_twice_returns_the_stock_once(shopper):
    order = pay(place_order(shopper, 2))
    cancel(order)
    with pytest.raises(OrderStateConflict) as refusal:
        cancel(order)
    assert refusal.value.extensions["state"] == "canceled"
    assert stock() == [(5, 0)]


def test_somebody_elses_order_cannot_be_canceled(shopper, store):
    order = place_order(shopper, 2)
    with pytest.raises(OrderNotFound):
        cancel(order, customer=UserFactory(store=store))
    with pytest.raises(OrderNotFound):
        services.cancel_order(
            store=UserFactory().store, order_id=order.public_id, by=None, reason="", now=NOON
        )
    assert stock() == [(5, 2)]


def test_an_unpaid_order_is_canceled_when_its_time_is_up(shopper):
    order = place_order(shopper, 2, 1)
    assert inventory.sweep_expired_reservations(now=at(16)) == 1
    events.deliver_pending()
    order.refresh_from_db()
    assert order.state == "canceled"
    assert order.transitions.last().reason == "expired"
    assert order.transitions.last().actor == "system"
    assert payload_of("order.canceled")["canceled_by"] == "system"
    assert stock() == [(5, 0), (5, 0)]
    assert not Delivery.objects.exclude(state="done").exists()


def test_an_order_in_time_is_left_alone(shopper):
    order = place_order(shopper, 2)
    assert inventory.sweep_expired_reservations(now=at(14)) == 0
    events.deliver_pending()
    order.refresh_from_db()
    assert order.state == "pending"
    assert stock() == [(5, 2)]


def test_what_expires_after_it_was_paid_or_canceled_is_left_alone(shopper):
    paid, canceled = pay(place_order(shopper, 1)), cancel(place_order(shopper, 1))
    for order in (paid, canceled):
        services.expire_order(order_id=order.public_id, now=at(16))
        before = order.state
        order.refresh_from_db()
        assert order.state == before
    assert OutboxEvent.objects.filter(name="order.canceled").count() == 1


def test_an_order_that_lost_a_part_gives_back_the_rest(shopper):
    order = place_order(shopper, 2, 1)
    services.expire_order(order_id=order.public_id, now=at(16))
    assert stock() == [(5, 0), (5, 0)]
    assert set(Reservation.objects.values_list("state", flat=True)) == {"released"}


def test_an_order_with_time_left_is_not_prolonged(shopper):
    order = hold(place_order(shopper, 1), now=at(5))
    assert order.expires_at == at(15)
    assert not OutboxEvent.objects.filter(name="order.held").exists()


def test_an_order_near_its_end_is_held_for_its_payment(shopper):
    order = hold(place_order(shopper, 1), now=at(14.5))
    assert order.expires_at == at(16.5)
    assert Reservation.objects.get().expires_at == at(16.5)
    assert OutboxEvent.objects.filter(name="order.held").count() == 1
    assert inventory.sweep_expired_reservations(now=at(16)) == 0


def test_an_order_is_held_no_longer_than_twice_its_time(shopper):
    order = place_order(shopper, 1)
    for minutes in (14, 15.5, 17, 18.5, 20, 21.5, 23, 24.5, 26, 27.5, 29):
        order = hold(order, now=at(minutes))
    assert order.expires_at == at(30)
    with pytest.raises(OrderNotPayable):
        hold(order, now=at(30))


@pytest.mark.parametrize("minutes", [15, 60])
def test_an_order_whose_time_is_up_is_not_held(shopper, minutes):
    order = place_order(shopper, 1)
    with pytest.raises(OrderNotPayable) as refusal:
        hold(order, now=at(minutes))
    assert refusal.value.code == "order_expired"
    assert refusal.value.detail == "The time to pay this order is up. Place a new one."
    assert refusal.value.extensions == {
        "state": "pending",
        "wanted": "paid",
        "expired_at": at(15),
    }
    order.refresh_from_db()
    assert order.expires_at == at(15)
