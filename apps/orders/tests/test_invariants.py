from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from apps.orders import services
from apps.orders.invariants import INVARIANTS
from apps.orders.models import (
    Invoice,
    InvoiceSeries,
    Order,
    OrderLine,
    OrderTransition,
    PastReturn,
    Shipment,
)
from apps.orders.services import RequestedLine
from apps.orders.tests.factories import (
    InvoiceFactory,
    OrderFactory,
    OrderLineFactory,
    ShipmentFactory,
    goods,
)
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
    InvoiceFactory.create_batch(2)
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
        order=order, from_state="paid", to_state="refunded", actor="system"
    )
    Order.objects.filter(pk=order.pk).update(state="refunded", paid_at=timezone.now())
    assert broken() == [INVARIANTS[3].promise]


def test_a_step_that_is_no_edge_is_found():
    without("transition_is_an_edge", "orders_ordertransition")
    order = OrderFactory()
    OrderTransition.objects.create(
        order=order, from_state="pending", to_state="delivered", actor="system"
    )
    Order.objects.filter(pk=order.pk).update(state="delivered", paid_at=timezone.now())
    ShipmentFactory(order=order, delivered_at=timezone.now())
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


def test_a_number_that_was_left_out_is_found():
    first = InvoiceFactory()
    InvoiceFactory(order__customer__store=first.store, sequence=3)
    InvoiceSeries.objects.update(last=3)
    assert broken() == [INVARIANTS[6].promise]


def test_a_first_number_that_is_not_one_is_found():
    InvoiceFactory(sequence=2)
    assert broken() == [INVARIANTS[6].promise]


@pytest.mark.parametrize("last", [0, 2])
def test_a_series_that_knows_another_last_number_is_found(last):
    InvoiceFactory()
    InvoiceSeries.objects.update(last=last)
    assert broken() == [INVARIANTS[6].promise]


def test_a_series_without_documents_and_documents_without_series_are_found():
    invoice = InvoiceFactory()
    InvoiceSeries.objects.update(year=1999)
    assert Invoice.objects.get() == invoice
    assert broken() == [INVARIANTS[6].promise]


@pytest.mark.parametrize(
    "amounts",
    [
        {"total_amount": Decimal("14.89"), "net_amount": Decimal("12.51")},
        {"tax_amount": Decimal("2.37"), "net_amount": Decimal("12.53")},
        {"currency": "USD"},
    ],
)
def test_an_invoice_over_something_else_is_found(amounts):
    InvoiceFactory(**amounts)
    assert broken() == [INVARIANTS[7].promise]


def note(invoice, **fields):
    return InvoiceFactory(
        order=invoice.order,
        kind="credit_note",
        corrects=invoice,
        refund_id=uuid4(),
        **fields,
    )


def test_credit_notes_up_to_the_invoice_are_fine():
    invoice = InvoiceFactory()
    half = {"net_amount": Decimal("6.26"), "tax_amount": Decimal("1.19")}
    for sequence in (1, 2):
        note(invoice, sequence=sequence, total_amount=Decimal("7.45"), **half)
    assert broken() == []


def test_credit_notes_above_their_invoice_are_found():
    invoice = InvoiceFactory()
    note(invoice, sequence=1)
    note(
        invoice,
        sequence=2,
        net_amount=Decimal("0.01"),
        tax_amount=Decimal(0),
        total_amount=Decimal("0.01"),
    )
    assert broken() == [INVARIANTS[8].promise]


def test_a_line_that_counts_other_than_its_shipments_is_found():
    order = OrderFactory(
        state="paid", line__quantity=2, subtotal_amount=20, total_amount=Decimal("24.90")
    )
    OrderLine.objects.filter(order=order).update(shipped_quantity=1)
    assert broken() == [INVARIANTS[9].promise]


@pytest.mark.parametrize("state", ["paid", "pending", "canceled"])
def test_an_order_that_left_and_is_not_shipped_is_found(state):
    ShipmentFactory(order=OrderFactory(state=state))
    assert broken() == [INVARIANTS[10].promise]


@pytest.mark.parametrize("state", ["shipped", "delivered"])
def test_an_order_that_is_shipped_and_has_not_left_is_found(state):
    OrderFactory(state=state, shipment=False)
    assert broken() == [INVARIANTS[10].promise]


def test_a_delivered_order_that_is_on_its_way_is_found():
    OrderFactory(state="delivered")
    Shipment.objects.update(delivered_at=None)
    assert broken() == [INVARIANTS[11].promise]


def test_an_order_that_has_arrived_and_is_not_delivered_is_found():
    OrderFactory(state="shipped")
    Shipment.objects.update(delivered_at=timezone.now())
    assert broken() == [INVARIANTS[11].promise]


def test_an_address_that_is_still_known_is_found():
    OrderFactory(state="pending", placed_from="2c26b46b68ffc68f")
    OrderFactory(state="canceled", placed_from="2c26b46b68ffc68f")
    assert broken() == ["where an order came from is forgotten once it is not pending any more"]


PAST_RETURNS = "no more came back to another shop than it had sold, by line and by customer"
STEPS = "every step in an order's history is allowed, and begins where the last one ended"


def begun_as_delivered(order):
    OrderTransition.objects.create(order=order, to_state="delivered", actor="system")


def test_only_an_order_from_elsewhere_begins_as_delivered():
    past = OrderFactory(
        state="delivered", history=False, source="old-shop", external_number="1", line=None
    )
    begun_as_delivered(past)
    assert STEPS not in broken()
    begun_as_delivered(OrderFactory(state="delivered", history=False, line=None))
    assert STEPS in broken()


def test_only_an_order_that_was_withdrawn_is_canceled_after_it_was_delivered():
    order = OrderFactory(state="delivered", source="old-shop", external_number="1")
    OrderTransition.objects.create(
        order=order, from_state="delivered", to_state="canceled", actor="system"
    )
    assert STEPS in broken()
    Order.objects.filter(pk=order.pk).update(withdrawn_at=timezone.now())
    assert STEPS not in broken()


def came_back(order, **details):
    line = order.lines.first()
    usual = {
        "store": order.store,
        "source": "old-shop",
        "external_number": "C1",
        "position": 0,
        "customer": order.customer,
        "order": order,
        "order_line": line,
        "variant": line.variant,
        "sku": line.sku,
        "quantity": 1,
        "currency": order.currency,
        "amount": Decimal("10.00"),
        "returned_at": timezone.now(),
    }
    return PastReturn.objects.create(**(usual | details))


@pytest.fixture
def past_order():
    return OrderFactory(state="delivered", source="old-shop", external_number="1")


def test_what_came_back_of_a_line_is_no_more_than_it_had(past_order):
    came_back(past_order)
    assert PAST_RETURNS not in broken()
    came_back(past_order, external_number="C2")
    assert PAST_RETURNS in broken()


def test_what_came_back_of_somebody_elses_order_is_found(past_order):
    came_back(past_order, customer=OrderFactory().customer)
    assert PAST_RETURNS in broken()
