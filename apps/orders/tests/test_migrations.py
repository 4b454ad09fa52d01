"""What happens to orders that were there before."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps

from apps.orders.invariants import INVARIANTS
from apps.orders.models import OrderLine, Shipment
from apps.orders.tests.factories import OrderFactory, OrderLineFactory
from tests.promises import broken_among

pytestmark = pytest.mark.django_db

SHIPPED = datetime(2026, 11, 1, tzinfo=UTC)
ARRIVED = datetime(2026, 11, 4, tzinfo=UTC)


def write_shipments() -> None:
    migration = import_module("apps.orders.migrations.0007_shipments_of_earlier_orders")
    migration.write_shipments(apps, None)


def before(state: str, **times):
    """An order of two lines, as it was when there were no shipments."""
    order = OrderFactory(state=state, shipment=False, **times)
    OrderLineFactory(order=order, position=1, quantity=2, unit_price_amount=0)
    return order


def test_what_had_left_has_one_shipment_with_all_of_it():
    shipped = before("shipped", shipped_at=SHIPPED)
    delivered = before("delivered", shipped_at=SHIPPED, delivered_at=ARRIVED)
    write_shipments()
    for order, arrived in ((shipped, None), (delivered, ARRIVED)):
        shipment = order.shipments.get()
        assert (shipment.store, shipment.shipped_at) == (order.store, SHIPPED)
        assert shipment.delivered_at == arrived
        assert [line.quantity for line in shipment.lines.all()] == [1, 2]
        assert [line.shipped_quantity for line in order.lines.all()] == [1, 2]
    assert broken_among(INVARIANTS) == []


def test_what_was_refunded_after_it_had_left_has_its_shipment():
    order = before("refunded", shipped_at=SHIPPED)
    write_shipments()
    assert order.shipments.get().delivered_at is None
    assert broken_among(INVARIANTS) == []


def test_an_order_that_lost_its_times_has_its_shipment_still():
    order = before("delivered")
    write_shipments()
    shipment = order.shipments.get()
    assert (shipment.shipped_at, shipment.delivered_at) == (order.updated_at, order.updated_at)
    assert broken_among(INVARIANTS) == []


@pytest.mark.parametrize("state", ["pending", "paid", "canceled", "refunded"])
def test_what_has_not_left_has_none(state):
    before(state)
    write_shipments()
    assert not Shipment.objects.exists()
    assert set(OrderLine.objects.values_list("shipped_quantity", flat=True)) == {0}


def test_it_is_done_once():
    before("shipped", shipped_at=SHIPPED)
    write_shipments()
    write_shipments()
    assert Shipment.objects.count() == 1


def test_many_orders_are_done_in_parts():
    OrderFactory.create_batch(501, state="shipped", shipment=False, shipped_at=SHIPPED)
    write_shipments()
    assert Shipment.objects.count() == 501
    assert broken_among(INVARIANTS) == []
