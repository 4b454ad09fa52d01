from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from apps.audit.invariants import INVARIANTS as OF_AUDIT
from apps.catalog.invariants import INVARIANTS as OF_CATALOG
from apps.core.ids import uuid7
from apps.events.models import Delivery, OutboxEvent
from apps.inventory.invariants import INVARIANTS as OF_INVENTORY
from apps.inventory.models import Reservation, StockItem, StockMovement
from apps.inventory.tests.factories import StockItemFactory
from apps.orders import services
from apps.orders.invariants import INVARIANTS as OF_ORDERS
from apps.orders.models import Invoice, Order, OrderLine, OrderTransition
from apps.orders.past_errors import OrderImportedAlready, OrderIsPast
from apps.orders.tests.past import APRIL, MARCH, past_customer, past_order, past_variant
from apps.orders.transitions import OrderState
from apps.payments.invariants import INVARIANTS as OF_PAYMENTS
from tests.promises import broken_among

EVERY_PROMISE = [*OF_ORDERS, *OF_INVENTORY, *OF_PAYMENTS, *OF_CATALOG, *OF_AUDIT[:1]]


def imported(store, *orders, source="old-shop"):
    with transaction.atomic():
        return services.import_history(store=store, source=source, orders=orders, by=None)[0]


def test_an_order_becomes_history_as_it_was(store):
    customer, mug = past_customer(store), past_variant(store, "MUG")
    (order,) = imported(
        store,
        past_order(
            "536365", customer, (mug, 6, "2.55"), shipping=Decimal("5.00"), discount=Decimal("0.30")
        ),
    )
    order.refresh_from_db()
    assert (order.source, order.external_number) == ("old-shop", "536365")
    assert (order.state, order.total_amount, order.placed_at) == (
        "delivered",
        Decimal("20.00"),
        MARCH,
    )
    line = order.lines.get()
    assert (line.sku, line.title, line.quantity, line.shipped_quantity) == ("MUG", "A MUG", 6, 6)
    step = order.transitions.get()
    assert (step.from_state, step.to_state, step.created_at) == ("", "delivered", MARCH)
    assert broken_among(EVERY_PROMISE) == []


def test_it_has_a_number_of_ours_beside_its_own(store):
    (order,) = imported(
        store, past_order("536365", past_customer(store), (past_variant(store, "MUG"), 1, "1"))
    )
    assert Order.objects.named(order.number).get() == order
    assert order.number != "536365"


def test_ids_sort_by_when_orders_were_placed(store):
    customer, mug = past_customer(store), past_variant(store, "MUG")
    later, earlier = imported(
        store,
        past_order("2", customer, (mug, 1, "1"), placed_at=APRIL),
        past_order("1", customer, (mug, 1, "1"), placed_at=MARCH),
    )
    assert earlier.public_id < later.public_id < uuid7()


def test_it_is_announced_once_and_nobody_reacts_as_if_it_were_new(store):
    imported(store, past_order("1", past_customer(store), (past_variant(store, "MUG"), 2, "3")))
    about_orders = OutboxEvent.objects.filter(aggregate_type="order")
    assert [one.name for one in about_orders] == ["order.imported"]
    assert about_orders.get().payload["total"] == {"amount": "6.00", "currency": "EUR"}
    assert not Delivery.objects.filter(event__in=about_orders).exists()
    assert not Reservation.objects.exists()
    assert not Invoice.objects.exists()


def test_what_is_on_hand_stays_and_the_ledger_tells_of_the_sale(store):
    mug = past_variant(store, "MUG")
    item = StockItemFactory(variant=mug, on_hand=4)
    (order,) = imported(store, past_order("1", past_customer(store), (mug, 6, "1"), (mug, 1, "2")))
    item.refresh_from_db()
    assert item.on_hand == 4
    told = StockMovement.objects.filter(stock_item=item).order_by("pk")
    assert [(one.kind, one.quantity, one.on_hand_after, one.reference) for one in told][-2:] == [
        ("received", 7, 11, None),
        ("past_sale", -7, 4, order.public_id),
    ]
    assert told.last().created_at == MARCH
    assert broken_among(EVERY_PROMISE) == []


def test_goods_that_never_lay_here_get_a_place_and_are_not_in_stock(store):
    mug = past_variant(store, "MUG")
    imported(store, past_order("1", past_customer(store), (mug, 6, "1")))
    mug.refresh_from_db()
    assert StockItem.objects.get(variant=mug).on_hand == 0
    assert not mug.in_stock


def test_what_was_canceled_moved_nothing_and_was_never_paid(store):
    (order,) = imported(
        store,
        past_order(
            "1",
            past_customer(store),
            (past_variant(store, "MUG"), 1, "1"),
            state=OrderState.CANCELED,
        ),
    )
    assert order.paid_at is None
    assert not StockMovement.objects.exists()
    assert broken_among(EVERY_PROMISE) == []


def test_the_same_number_of_the_same_shop_is_refused_and_nothing_is_written(store):
    customer, mug = past_customer(store), past_variant(store, "MUG")
    imported(store, past_order("1", customer, (mug, 1, "1")))
    with pytest.raises(OrderImportedAlready):
        imported(
            store,
            past_order("2", customer, (mug, 1, "1")),
            past_order("1", customer, (mug, 1, "1")),
        )
    assert Order.objects.count() == 1
    assert OrderLine.objects.count() == 1


def test_another_shop_may_use_the_same_number(store):
    customer, mug = past_customer(store), past_variant(store, "MUG")
    imported(store, past_order("1", customer, (mug, 1, "1")), source="old-shop")
    imported(store, past_order("1", customer, (mug, 1, "1")), source="older-shop")
    assert Order.objects.count() == 2


def test_an_order_that_is_still_to_be_sent_can_be_shipped_from_here(store):
    (order,) = imported(
        store,
        past_order(
            "1", past_customer(store), (past_variant(store, "MUG"), 2, "1"), state=OrderState.PAID
        ),
    )
    assert broken_among(EVERY_PROMISE) == []
    services.ship_order(store=store, order_id=order.public_id, by=None, now=timezone.now())
    order.refresh_from_db()
    assert order.state == "shipped"
    assert broken_among(EVERY_PROMISE) == []


def test_it_cannot_be_canceled_for_its_money_is_not_ours_to_give_back(store):
    (order,) = imported(
        store,
        past_order(
            "1", past_customer(store), (past_variant(store, "MUG"), 2, "1"), state=OrderState.PAID
        ),
    )
    with pytest.raises(OrderIsPast) as refusal:
        services.cancel_order(
            store=store, order_id=order.public_id, by=None, reason="", now=timezone.now()
        )
    assert refusal.value.code == "order_was_imported"
    assert OrderTransition.objects.count() == 1


def test_it_gets_no_invoice_of_ours(store):
    (order,) = imported(
        store, past_order("1", past_customer(store), (past_variant(store, "MUG"), 2, "1"))
    )
    with pytest.raises(OrderIsPast), transaction.atomic():
        services.issue_invoice(order=order, by=None, now=timezone.now())
    assert not Invoice.objects.exists()


def test_some_statements_write_however_many_orders(store, django_assert_max_num_queries):
    customer, mug = past_customer(store), past_variant(store, "MUG")
    orders = [past_order(str(n), customer, (mug, 1, "1")) for n in range(50)]
    with django_assert_max_num_queries(22):
        imported(store, *orders)
