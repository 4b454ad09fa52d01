"""Staff and gateways at the same moment, on connections of their own; each race has its mutant."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from importlib import import_module
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Max

from apps.core.money import Money
from apps.orders import services
from apps.orders.invariants import INVARIANTS
from apps.orders.models import Invoice, InvoiceSeries, Order, OrderLine, Shipment
from apps.orders.services import RequestedLine, ShippedLine
from apps.orders.tests.factories import OrderFactory, OrderLineFactory, goods
from tests.promises import broken_among
from tests.threads import at_once, ended_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class PowerGone(Exception):
    """The process ends before the transaction does."""


@transaction.atomic
def invoice(order: Order, *, power_goes: bool = False) -> str:
    locked = services.lock_order(store=order.store, order_id=order.public_id)
    number = services.issue_invoice(order=locked, by=None, now=NOON).number
    if power_goes:
        raise PowerGone
    return number


@transaction.atomic
def credit(order: Order, amount: str) -> None:
    locked = services.lock_order(store=order.store, order_id=order.public_id)
    services.issue_credit_note(
        order=locked,
        refund_id=uuid4(),
        amount=Money(Decimal(amount), "EUR"),
        reason="",
        by=None,
        now=NOON,
    )


def paid_orders(store, count: int) -> list[Order]:
    return OrderFactory.create_batch(count, customer__store=store, state="paid")


def numbers(kind: str = "invoice") -> list[str]:
    return sorted(Invoice.objects.filter(kind=kind).values_list("number", flat=True))


def outcome_of(act: Callable[[], object]) -> str:
    """This function will say how an act ended when it may be refused, or end unfinished."""
    try:
        act()
    except PowerGone:
        return "power gone"
    except IntegrityError:
        return "taken twice"
    return "done"


def test_twenty_orders_paid_at_once_have_the_numbers_one_to_twenty(store):
    at_once(*[partial(invoice, order) for order in paid_orders(store, 20)])
    assert numbers() == [f"2026-{n:06d}" for n in range(1, 21)]
    assert broken_among(INVARIANTS) == []


def test_transactions_that_do_not_end_leave_no_gap(store):
    orders = paid_orders(store, 20)
    ended = at_once(
        *[
            partial(outcome_of, partial(invoice, order, power_goes=place % 2 == 0))
            for place, order in enumerate(orders)
        ]
    )
    assert ended == ["power gone", "done"] * 10
    assert numbers() == [f"2026-{n:06d}" for n in range(1, 11)]
    assert broken_among(INVARIANTS) == []


def test_mutant_a_number_that_is_read_and_not_taken_is_given_twice(store, monkeypatch):
    def careless(*, store, kind: str, year: int) -> int:
        issued = Invoice.objects.filter(store=store, kind=kind, year=year)
        last = issued.aggregate(last=Max("sequence"))["last"] or 0
        time.sleep(0.1)
        return last + 1

    monkeypatch.setattr(InvoiceSeries, "take", careless)
    orders = paid_orders(store, 5)
    ended = at_once(*[partial(outcome_of, partial(invoice, order)) for order in orders])
    assert "taken twice" in ended


def test_mutant_a_number_that_is_taken_for_good_leaves_a_gap(store, monkeypatch):
    taken = iter(range(1, 100))
    monkeypatch.setattr(InvoiceSeries, "take", lambda **series: next(taken))
    orders = paid_orders(store, 4)
    for place, order in enumerate(orders):
        outcome_of(partial(invoice, order, power_goes=place % 2 == 0))
    InvoiceSeries.objects.create(store=store, kind="invoice", year=2026, last=4)
    assert numbers() == ["2026-000002", "2026-000004"]
    assert broken_among(INVARIANTS) == [
        "documents count from one without a gap, and their series knows the last"
    ]


def test_one_order_asked_for_its_invoice_ten_times_at_once_has_one(store):
    (order,) = paid_orders(store, 1)
    assert set(at_once(*[partial(invoice, order)] * 10)) == {"2026-000001"}
    assert Invoice.objects.count() == 1


def test_eight_refunds_at_once_are_never_credited_above_the_invoice(store):
    (order,) = paid_orders(store, 1)
    invoice(order)
    ended = ended_at_once(*[partial(credit, order, "4.47")] * 8)  # 30 % each
    assert ended == ["credit_above_invoice"] * 5 + ["done"] * 3
    assert numbers("credit_note") == ["CN-2026-000001", "CN-2026-000002", "CN-2026-000003"]
    assert broken_among(INVARIANTS) == []


def test_mutant_without_the_orders_lock_more_is_credited_than_was_invoiced(store, without_locks):
    (order,) = paid_orders(store, 1)
    invoice(order)
    ended_at_once(*[partial(credit, order, "4.47")] * 8)
    assert broken_among(INVARIANTS) == [
        "the credit notes of an invoice are of its order, and never worth more than it is"
    ]


@pytest.fixture
def without_locks(without_locks, monkeypatch):
    """Packing and numbering take a moment, too."""

    def slowly(act: Callable[..., object]) -> Callable[..., object]:
        def later(*args, **kwargs):
            time.sleep(0.2)
            return act(*args, **kwargs)

        return later

    shipping = import_module("apps.orders.services.ship_order")
    monkeypatch.setattr(shipping, "_pack", slowly(shipping._pack))
    monkeypatch.setattr(InvoiceSeries, "take", slowly(InvoiceSeries.take))


def order_of_four(store) -> Order:
    (order,) = OrderFactory.create_batch(1, customer__store=store, state="paid", line=None)
    OrderLineFactory(order=order, quantity=4)
    Order.objects.filter(pk=order.pk).update(subtotal_amount=40, total_amount=Decimal("44.90"))
    return order


def ship(order: Order, quantity: int) -> None:
    line = OrderLine.objects.get(order=order)
    services.ship_order(
        store=order.store,
        order_id=order.public_id,
        lines=[ShippedLine(line_id=line.public_id, quantity=quantity)],
        by=None,
        now=NOON,
    )


def test_two_members_of_staff_who_ship_at_once_ship_what_there_is(store):
    order = order_of_four(store)
    ended = ended_at_once(*[partial(ship, order, 3)] * 2)
    assert ended == ["done", "too_many_shipped"]
    assert OrderLine.objects.get().shipped_quantity == 3
    assert Shipment.objects.count() == 1
    assert broken_among(INVARIANTS) == []


def test_five_members_of_staff_who_ship_all_that_is_left_ship_it_once(store):
    order = order_of_four(store)
    act = partial(services.ship_order, store=store, order_id=order.public_id, by=None, now=NOON)
    assert ended_at_once(*[act] * 5) == ["done"] + ["order_state_conflict"] * 4
    assert Shipment.objects.count() == 1
    assert broken_among(INVARIANTS) == []


def test_mutant_without_the_orders_lock_more_is_sent_than_was_sold(store, without_locks):
    order = order_of_four(store)
    assert ended_at_once(*[partial(ship, order, 3)] * 2) == ["done", "done"]
    assert broken_among(INVARIANTS) == [
        "what has left of an order line is in its shipments, or all of it left elsewhere"
    ]


def sold_order(store, shopper) -> Order:
    order = services.place_order_from_lines(
        store=store,
        customer=shopper,
        lines=[RequestedLine(variant=goods(store=store).sku, quantity=4)],
        shipping_address={},
        by=shopper,
        now=NOON,
    )
    with transaction.atomic():
        locked = services.lock_order(store=store, order_id=order.public_id)
        services.mark_order_paid(order=locked, by=shopper, now=NOON)
    return order


def cancel(order: Order) -> None:
    services.cancel_order(store=order.store, order_id=order.public_id, by=None, reason="", now=NOON)


def test_a_part_is_shipped_or_the_order_is_called_off(store, shopper):
    for _ in range(5):
        order = sold_order(store, shopper)
        ended = ended_at_once(partial(ship, order, 1), partial(cancel, order))
        assert ended in [["done", "order_partly_shipped"], ["done", "order_state_conflict"]]
        assert broken_among(INVARIANTS) == []


def test_mutant_without_the_orders_lock_what_is_called_off_is_sent(store, shopper, without_locks):
    order = sold_order(store, shopper)
    ended = ended_at_once(partial(ship, order, 1), partial(cancel, order))
    assert ended == ["done", "done"]
    assert broken_among(INVARIANTS) == [
        "an order is shipped when all of it has left, and nothing leaves unless it is paid"
    ]
