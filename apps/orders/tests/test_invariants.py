from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from apps.orders import services
from apps.orders.invariants import INVARIANTS
from apps.orders.models import Order, OrderLine, OrderTransition
from apps.orders.services import RequestedLine
from apps.orders.tests.factories import OrderFactory, OrderLineFactory, goods
from tests.promises import broken_among

pytestmark = pytest.mark.django_db


def broken() -> list[str]:
    return broken_among(INVARIANTS)


def without(constraint: str, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")


def test_all_is_well_with_orders_in_every_state():
    for state in Order.State.values:
        OrderFactory(state=state)
    assert broken() == []


def test_a_total_that_does_not_add_up_is_found():
    without("order_total_adds_up", "orders_order")
    OrderFactory(total_amount=Decimal("14.00"))
    assert broken() == [INVARIANTS[0].promise]


def test_a_missing_line_is_found():
    OrderFactory(line=None)
    assert broken() == [INVARIANTS[1].promise]


def test_a_line_too_many_is_found():
    OrderLineFactory(order=OrderFactory(), position=1)
    assert broken() == [INVARIANTS[1].promise]


def test_a_line_in_another_currency_is_found():
    order = OrderFactory()
    OrderLine.objects.filter(order=order).update(currency="USD")
    assert broken() == [INVARIANTS[2].promise]


def test_a_step_that_does_not_follow_the_last_is_found():
    order = OrderFactory()
    OrderTransition.objects.create(
        order=order, from_state="paid", to_state="shipped", actor="system"
    )
    Order.objects.filter(pk=order.pk).update(state="shipped", paid_at=timezone.now())
    assert broken() == [INVARIANTS[3].promise]


def test_a_step_that_is_no_edge_is_found():
    without("transition_is_an_edge", "orders_ordertransition")
    order = OrderFactory()
    OrderTransition.objects.create(
        order=order, from_state="pending", to_state="delivered", actor="system"
    )
    Order.objects.filter(pk=order.pk).update(state="delivered", paid_at=timezone.now())
    assert broken() == [INVARIANTS[3].promise]


def test_a_state_without_its_history_is_found():
    Order.objects.filter(pk=OrderFactory().pk).update(state="canceled")
    assert broken() == [INVARIANTS[4].promise]


def test_an_order_that_outlives_its_reservation_is_found():
    long_ago = timezone.now() - timedelta(minutes=26)
    OrderFactory(placed_at=long_ago)
    assert broken() == [INVARIANTS[5].promise]


def test_an_order_that_waits_for_the_sweep_is_no_fault():
    OrderFactory(placed_at=timezone.now() - timedelta(minutes=24))
    assert broken() == []


def test_an_order_that_is_still_held_is_no_fault(shopper):
    order = services.place_order_from_lines(
        store=shopper.store,
        customer=shopper,
        lines=[RequestedLine(variant=goods(store=shopper.store).sku, quantity=1)],
        shipping_address={},
        by=shopper,
        now=timezone.now(),
    )
    long_ago = timezone.now() - timedelta(minutes=26)
    Order.objects.filter(pk=order.pk).update(expires_at=long_ago)
    assert broken() == []
