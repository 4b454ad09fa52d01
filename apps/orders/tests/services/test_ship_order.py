from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from apps.events.models import OutboxEvent
from apps.inventory.models import StockItem
from apps.orders import services
from apps.orders.errors import (
    NothingToShip,
    OrderLineNotFound,
    OrderNeedsAttention,
    OrderNotFound,
    OrderPartlyShipped,
    OrderStateConflict,
    ShipmentAlreadyDelivered,
    ShipmentNotFound,
    TooManyShipped,
)
from apps.orders.models import Order, OrderLine, OrderTransition, Shipment, ShipmentLine
from apps.orders.services import RequestedLine, ShippedLine
from apps.orders.tests.factories import OrderFactory, OrderLineFactory, ShipmentFactory, goods
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(hours: int) -> datetime:
    return NOON + timedelta(hours=hours)


@pytest.fixture
def order(shopper) -> Order:
    """A paid order of three shirts and two pairs of socks."""
    order = OrderFactory(state="paid", customer=shopper, line=None, placed_at=NOON)
    for position, quantity in enumerate((3, 2)):
        OrderLineFactory(order=order, position=position, quantity=quantity)
    return order


def lines(order: Order, *quantities: int) -> list[ShippedLine]:
    return [
        ShippedLine(line_id=line.public_id, quantity=quantity)
        for line, quantity in zip(order.lines.all(), quantities, strict=False)
        if quantity
    ]


def ship(order: Order, *quantities: int, **details) -> Shipment:
    details = {
        "store": order.store,
        "lines": lines(order, *quantities) or None,
        "by": None,
        "now": at(1),
    } | details
    return services.ship_order(order_id=order.public_id, **details)


def deliver(order: Order, shipment: Shipment, *, now: datetime = NOON) -> Shipment:
    return services.deliver_shipment(
        store=order.store,
        order_id=order.public_id,
        shipment_id=shipment.public_id,
        by=None,
        now=now,
    )


def shipped(order: Order) -> list[int]:
    return [line.shipped_quantity for line in OrderLine.objects.filter(order=order)]


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


def told(name: str) -> list[dict]:
    return [event.payload for event in OutboxEvent.objects.filter(name=name).order_by("pk")]


def nothing_has_left(order: Order, state: str = "paid") -> bool:
    return (
        shipped(order) == [0, 0]
        and state_of(order) == state
        and not Shipment.objects.exists()
        and not OutboxEvent.objects.exists()
    )


def test_all_of_it_leaves_at_once(order, staff):
    shipment = ship(
        order,
        carrier="Parcel Post",
        tracking_number="PP 1234",
        tracking_url="https://parcels.example/PP1234",
        by=staff,
    )
    assert (shipment.carrier, shipment.tracking_number) == ("Parcel Post", "PP 1234")
    assert (shipment.shipped_at, shipment.delivered_at) == (at(1), None)
    assert shipped(order) == [3, 2]
    order.refresh_from_db()
    assert (order.state, order.shipped_at) == ("shipped", at(1))
    first, second = order.lines.select_related("variant")
    assert told("shipment.created") == [
        {
            "order_id": str(order.public_id),
            "number": order.number,
            "carrier": "Parcel Post",
            "lines": [
                {"variant_id": str(first.variant.public_id), "quantity": 3},
                {"variant_id": str(second.variant.public_id), "quantity": 2},
            ],
        }
    ]
    assert told("order.shipped") == [
        {
            "number": order.number,
            "customer_id": str(order.customer.public_id),
            "changes": {"state": ["paid", "shipped"]},
        }
    ]
    event = OutboxEvent.objects.get(name="shipment.created")
    assert (event.aggregate_id, event.actor) == (shipment.public_id, f"user:{staff.public_id}")


def test_an_order_is_shipped_when_its_last_piece_leaves(order):
    ship(order, 1)
    assert (shipped(order), state_of(order)) == ([1, 0], "paid")
    ship(order, 1, 2)
    assert (shipped(order), state_of(order)) == ([2, 2], "paid")
    assert told("order.shipped") == []
    last = ship(order)
    assert (shipped(order), state_of(order)) == ([3, 2], "shipped")
    assert [line.quantity for line in last.lines.all()] == [1]
    assert len(told("shipment.created")) == 3
    assert len(told("order.shipped")) == 1


def test_a_line_named_twice_is_added_up(order):
    shipment = ship(order, lines=[*lines(order, 1), *lines(order, 2)])
    assert [line.quantity for line in shipment.lines.all()] == [3]
    assert shipped(order) == [3, 0]


def test_no_more_leaves_than_is_left(order):
    ship(order, 2)
    first, second = order.lines.all()
    with pytest.raises(TooManyShipped) as refusal:
        ship(order, 2, 3)
    assert (refusal.value.status, refusal.value.code) == (409, "too_many_shipped")
    assert refusal.value.extensions == {
        "lines": [
            {"line_id": str(first.public_id), "asked": 2, "remaining": 1},
            {"line_id": str(second.public_id), "asked": 3, "remaining": 2},
        ]
    }
    assert (shipped(order), Shipment.objects.count()) == ([2, 0], 1)
    assert len(told("shipment.created")) == 1


def test_two_lines_of_one_are_not_more_than_is_left(order):
    with pytest.raises(TooManyShipped):
        ship(order, lines=[*lines(order, 2), *lines(order, 2)])
    assert nothing_has_left(order)


def test_a_parcel_is_never_empty(order):
    with pytest.raises(NothingToShip) as refusal:
        ship(order, lines=[])
    assert (refusal.value.status, refusal.value.code) == (409, "nothing_to_ship")
    assert nothing_has_left(order)


@pytest.mark.parametrize("quantity", [0, -1])
def test_the_database_refuses_a_parcel_of_nothing_or_less(order, quantity):
    line = ShippedLine(line_id=order.lines.first().public_id, quantity=quantity)
    with pytest.raises(IntegrityError), transaction.atomic():
        ship(order, lines=[line])
    assert nothing_has_left(order)


def test_lines_of_another_order_do_not_leave(order, shopper):
    other = OrderFactory(state="paid", customer=shopper)
    with pytest.raises(OrderLineNotFound) as refusal:
        ship(order, lines=[*lines(order, 1), *lines(other, 1)])
    assert refusal.value.code == "order_line_not_found"
    assert nothing_has_left(order)
    assert shipped(other) == [0]


@pytest.mark.parametrize("attention", ["payment_held", "authorization_lost"])
def test_nothing_leaves_while_its_money_is_in_doubt(order, staff, attention):
    Order.objects.filter(pk=order.pk).update(attention=attention)
    with pytest.raises(OrderNeedsAttention) as refusal:
        ship(order)
    assert refusal.value.extensions == {"attention": attention}
    assert nothing_has_left(order)
    services.clear_flag(store=order.store, order_id=order.public_id, by=staff)
    ship(order)
    assert state_of(order) == "shipped"


def test_a_refund_that_went_wrong_keeps_nothing_from_leaving(order):
    Order.objects.filter(pk=order.pk).update(attention="refund_failed")
    ship(order)
    assert state_of(order) == "shipped"


@pytest.mark.parametrize("state", ["pending", "canceled", "refunded"])
def test_only_what_is_paid_leaves(shopper, state):
    order = OrderFactory(state=state, customer=shopper)
    with pytest.raises(OrderStateConflict) as refusal:
        ship(order)
    assert refusal.value.code == "order_state_conflict"
    assert refusal.value.extensions == {"state": state, "wanted": "shipped"}
    assert shipped(order) == [0]
    assert not Shipment.objects.exists()


@pytest.mark.parametrize("state", ["shipped", "delivered"])
def test_what_has_left_does_not_leave_again(shopper, state):
    order = OrderFactory(state=state, customer=shopper)
    with pytest.raises(OrderStateConflict) as refusal:
        ship(order)
    assert refusal.value.extensions["state"] == state
    assert Shipment.objects.count() == 1


def test_orders_of_another_store_are_not_there(order):
    with pytest.raises(OrderNotFound):
        ship(order, store=StoreFactory())
    assert nothing_has_left(order)


@pytest.mark.parametrize(
    "url", ["http://parcels.example/1", "javascript:alert(1)", "//parcels.example", "ftp://a.b"]
)
def test_the_database_refuses_a_tracking_address_that_is_not_https(order, url):
    with pytest.raises(IntegrityError, match="shipment_is_tracked_by_https"), transaction.atomic():
        ship(order, tracking_url=url)
    assert nothing_has_left(order)


def test_shipping_takes_eight_statements_however_much_leaves(order):
    OrderLineFactory(order=order, position=2)
    with at_most(8):
        services.ship_order(store=order.store, order_id=order.public_id, by=None, now=NOON)


def test_what_left_in_a_parcel_is_neither_changed_nor_deleted(order):
    ship(order)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ShipmentLine.objects.update(quantity=1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ShipmentLine.objects.all().delete()


def test_the_database_counts_no_more_than_was_ordered(order):
    for quantity, constraint in [(4, "shipped_not_above_ordered"), (-1, "shipped_quantity")]:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            order.lines.filter(position=0).update(shipped_quantity=quantity)


def test_a_paid_order_of_which_something_has_left_is_not_called_off(shopper):
    variant = goods(store=shopper.store, on_hand=5)
    order = services.place_order_from_lines(
        store=shopper.store,
        customer=shopper,
        lines=[RequestedLine(variant=variant.sku, quantity=3)],
        shipping_address={},
        by=shopper,
        now=NOON,
    )
    with transaction.atomic():
        locked = services.lock_order(store=order.store, order_id=order.public_id)
        services.mark_order_paid(order=locked, by=shopper, now=NOON)
    ship(order, 1)
    with pytest.raises(OrderPartlyShipped) as refusal:
        services.cancel_order(
            store=order.store, order_id=order.public_id, by=shopper, reason="", now=at(2)
        )
    assert (refusal.value.status, refusal.value.code) == (409, "order_partly_shipped")
    assert refusal.value.extensions == {"state": "paid"}
    assert state_of(order) == "paid"
    assert StockItem.objects.get().on_hand == 2
    assert told("order.canceled") == []


def test_an_order_is_delivered_when_its_last_shipment_arrives(order):
    first, second = ship(order, 1), ship(order)
    assert deliver(order, second, now=at(30)).delivered_at == at(30)
    assert state_of(order) == "shipped"
    deliver(order, first, now=at(40))
    order.refresh_from_db()
    assert (order.state, order.delivered_at) == ("delivered", at(40))
    arrived = {"order_id": str(order.public_id), "number": order.number}
    assert told("shipment.delivered") == [arrived, arrived]
    assert told("order.delivered") == [
        {"number": order.number, "customer_id": str(order.customer.public_id)}
    ]


def test_what_arrives_before_the_rest_has_left_delivers_no_order(order):
    first = ship(order, 1)
    deliver(order, first)
    assert state_of(order) == "paid"
    second = ship(order)
    assert state_of(order) == "shipped"
    deliver(order, second)
    assert state_of(order) == "delivered"


def test_a_shipment_arrives_once(order):
    shipment = ship(order)
    deliver(order, shipment, now=at(30))
    with pytest.raises(ShipmentAlreadyDelivered) as refusal:
        deliver(order, shipment, now=at(31))
    assert (refusal.value.status, refusal.value.code) == (409, "shipment_already_delivered")
    assert refusal.value.extensions == {"delivered_at": at(30)}
    shipment.refresh_from_db()
    assert shipment.delivered_at == at(30)
    assert len(told("shipment.delivered")) == 1


def test_a_shipment_of_another_order_does_not_arrive(order, shopper):
    other = ShipmentFactory(order__customer=shopper)
    for shipment_id in (other.public_id, uuid4(), UUID(int=0)):
        with pytest.raises(ShipmentNotFound) as refusal:
            services.deliver_shipment(
                store=order.store,
                order_id=order.public_id,
                shipment_id=shipment_id,
                by=None,
                now=NOON,
            )
        assert refusal.value.code == "shipment_not_found"
    other.refresh_from_db()
    assert other.delivered_at is None


def test_what_was_refunded_meanwhile_does_not_arrive(order):
    shipment = ship(order)
    with transaction.atomic():
        locked = services.lock_order(store=order.store, order_id=order.public_id)
        services.mark_order_refunded(order=locked, by=None, now=at(2))
    with pytest.raises(OrderStateConflict) as refusal:
        deliver(order, shipment)
    assert refusal.value.extensions == {"state": "refunded", "wanted": "delivered"}
    shipment.refresh_from_db()
    assert shipment.delivered_at is None


def test_an_order_marked_as_delivered_delivers_what_is_on_its_way(order, staff):
    first, second = ship(order, 1), ship(order)
    deliver(order, first, now=at(30))
    services.mark_order_delivered(store=order.store, order_id=order.public_id, by=staff, now=at(40))
    assert list(Shipment.objects.values_list("delivered_at", flat=True)) == [at(30), at(40)]
    assert state_of(order) == "delivered"
    assert len(told("shipment.delivered")) == 2
    assert OutboxEvent.objects.filter(name="shipment.delivered").last().aggregate_id == (
        second.public_id
    )
    assert len(told("order.delivered")) == 1


def test_an_order_of_which_a_part_has_left_is_not_delivered(order):
    shipment = ship(order, 1)
    with pytest.raises(OrderStateConflict) as refusal:
        services.mark_order_delivered(
            store=order.store, order_id=order.public_id, by=None, now=at(40)
        )
    assert refusal.value.extensions == {"state": "paid", "wanted": "delivered"}
    shipment.refresh_from_db()
    assert shipment.delivered_at is None
    assert OrderTransition.objects.filter(order=order).count() == 2
