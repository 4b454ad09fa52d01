"""The last line of defence: what the database itself refuses."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.tests.factories import UserFactory
from apps.core.constraints import violated_constraint
from apps.orders.models import Cart, Invoice, InvoiceSeries, OrderTransition, ShipmentLine
from apps.orders.tests.factories import (
    CartFactory,
    CartLineFactory,
    InvoiceFactory,
    OrderFactory,
    OrderLineFactory,
    ShipmentFactory,
)

pytestmark = pytest.mark.django_db


def refused_by(write) -> str:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write()
    return violated_constraint(refusal.value)


def test_factories_build_valid_rows():
    order = OrderFactory(state="delivered")
    assert [step.to_state for step in order.transitions.all()] == [
        "pending",
        "paid",
        "shipped",
        "delivered",
    ]
    assert order.lines.get().line_total_amount == Decimal("10.00")
    assert CartLineFactory().variant.store_id == Cart.objects.get().store_id


def test_a_person_has_one_open_cart():
    cart = CartFactory()
    again = refused_by(lambda: CartFactory(owner=cart.owner))
    assert again == "one_open_cart_for_each_owner"
    cart.close(Cart.State.ORDERED)
    CartFactory(owner=cart.owner)


def test_a_cart_has_an_owner_or_a_token():
    store = UserFactory().store
    assert refused_by(lambda: Cart.objects.create(store=store)) == "cart_has_owner_or_token"
    both = refused_by(lambda: CartFactory(token_hash="ab"))
    assert both == "cart_has_owner_or_token"


def test_a_guest_cannot_order_a_cart():
    store = UserFactory().store
    ordered = refused_by(lambda: Cart.objects.create(store=store, token_hash="ab", state="ordered"))
    assert ordered == "cart_is_ordered_by_its_owner"


def test_a_cart_holds_a_variant_once():
    line = CartLineFactory()
    twice = refused_by(lambda: CartLineFactory(cart=line.cart, variant=line.variant))
    assert twice == "cart_line_once_for_variant"


@pytest.mark.parametrize("quantity", [0, 1000])
def test_a_cart_line_holds_1_to_999(quantity):
    assert refused_by(lambda: CartLineFactory(quantity=quantity)) == "cart_line_quantity_in_bounds"


@pytest.mark.parametrize(
    "amounts",
    [
        {"total_amount": Decimal("14.91")},
        {"shipping_amount": Decimal("5.90")},
        {"discount_amount": Decimal("1.00")},
        {"prices_include_tax": False},
    ],
)
def test_an_order_total_adds_up(amounts):
    assert refused_by(lambda: OrderFactory(**amounts)) == "order_total_adds_up"


def test_tax_is_added_when_prices_exclude_it():
    order = OrderFactory(prices_include_tax=False, total_amount=Decimal("17.28"))
    assert str(order.total) == "17.28 EUR"


def test_no_amount_is_negative():
    less = refused_by(
        lambda: OrderFactory(shipping_amount=Decimal("-4.90"), total_amount=Decimal("5.10"))
    )
    assert less == "order_amounts_not_negative"


def test_a_discount_is_never_above_the_goods():
    above = refused_by(
        lambda: OrderFactory(discount_amount=Decimal("12.00"), total_amount=Decimal("2.90"))
    )
    assert above == "order_amounts_not_negative"


def test_an_order_is_paid_at_some_time():
    assert refused_by(lambda: OrderFactory(state="paid", paid_at=None)) == "order_paid_has_its_time"


def test_an_order_has_a_known_state():
    order = OrderFactory()
    order.state = "lost"
    assert refused_by(lambda: order.save(update_fields=["state"])) == "order_state_is_known"


def test_a_number_is_given_once_in_a_store():
    order = OrderFactory()
    again = refused_by(lambda: OrderFactory(customer=order.customer, number=order.number))
    assert again == "order_number_once_in_store"
    OrderFactory(number=order.number)


def test_a_cart_is_ordered_once():
    cart = CartFactory()
    OrderFactory(customer=cart.owner, cart=cart)
    assert (
        refused_by(lambda: OrderFactory(customer=cart.owner, cart=cart)) == "cart_is_ordered_once"
    )


def test_a_line_costs_its_price_times_its_quantity():
    wrong = refused_by(lambda: OrderLineFactory(quantity=3, line_total_amount=Decimal("29.99")))
    assert wrong == "order_line_total_adds_up"


def test_history_holds_allowed_steps_only():
    order = OrderFactory()
    step = {"order": order, "from_state": "pending", "to_state": "delivered", "actor": "system"}
    assert refused_by(lambda: OrderTransition.objects.create(**step)) == "transition_is_an_edge"


def test_an_order_leaves_a_state_once():
    order = OrderFactory(state="paid")
    step = {"order": order, "from_state": "pending", "to_state": "canceled", "actor": "system"}
    assert refused_by(lambda: OrderTransition.objects.create(**step)) == "order_leaves_a_state_once"


def test_history_cannot_be_rewritten():
    step = OrderFactory().transitions.get()
    step.reason = "something else"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        step.save()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        step.delete()
    assert OrderTransition.objects.get(pk=step.pk).reason == ""


def test_an_order_is_found_by_id_or_number():
    order = OrderFactory(number="K7QF-9W2M")
    OrderFactory()
    orders = type(order).objects.all()
    assert orders.named("k7qf9w2m").get() == order
    assert orders.named(str(order.public_id)).get() == order
    assert not orders.named("nonsense").exists()


def test_an_order_has_one_invoice():
    invoice = InvoiceFactory()
    again = refused_by(lambda: InvoiceFactory(order=invoice.order))
    assert again == "one_invoice_for_each_order"


def test_a_document_has_a_number_of_its_own_in_a_store():
    invoice = InvoiceFactory()
    here = {"order__customer__store": invoice.store}
    same_number = refused_by(lambda: InvoiceFactory(sequence=2, number=invoice.number, **here))
    assert same_number == "invoice_number_once_in_store"
    same_place = refused_by(lambda: InvoiceFactory(sequence=1, number="other", **here))
    assert same_place == "invoice_has_its_place_in_series"
    InvoiceFactory()


def test_a_refund_has_one_credit_note():
    invoice = InvoiceFactory()
    note = {
        "order": invoice.order,
        "kind": "credit_note",
        "corrects": invoice,
        "refund_id": uuid4(),
    }
    InvoiceFactory(**note)
    assert refused_by(lambda: InvoiceFactory(**note)) == "one_credit_note_for_each_refund"


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": "receipt"}, "credit_note_has_refund_and_invoice"),
        ({"refund_id": uuid4()}, "credit_note_has_refund_and_invoice"),
        ({"kind": "credit_note"}, "credit_note_has_refund_and_invoice"),
        ({"total_amount": Decimal("14.91")}, "invoice_adds_up"),
        ({"net_amount": Decimal("-1"), "total_amount": Decimal("1.38")}, "invoice_adds_up"),
        ({"sequence": 0}, "invoices_count_from_one"),
    ],
)
def test_a_document_that_makes_no_sense_is_refused(fields, constraint):
    order = OrderFactory(state="paid")
    fields = {"number": "x"} | fields
    assert refused_by(lambda: InvoiceFactory(order=order, **fields)) == constraint


def test_a_series_is_kept_once():
    invoice = InvoiceFactory()
    again = refused_by(
        lambda: InvoiceSeries.objects.create(store=invoice.store, kind="invoice", year=2026, last=1)
    )
    assert again == "one_invoice_series_for_kind_and_year"


def test_a_shipment_holds_an_order_line_once():
    shipment = ShipmentFactory()
    line = shipment.lines.get()
    twice = refused_by(
        lambda: ShipmentLine.objects.create(
            shipment=shipment, order_line=line.order_line, quantity=1
        )
    )
    assert twice == "shipment_line_once_for_order_line"


def test_documents_cannot_be_rewritten():
    invoice = InvoiceFactory()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        invoice.delete()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(number="2026-000002")
    assert Invoice.objects.get().number == "2026-000001"
