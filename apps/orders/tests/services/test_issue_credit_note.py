from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from apps.core.constraints import violated_constraint
from apps.core.money import CurrencyMismatch, Money
from apps.core.transactions import TransactionRequired
from apps.events.models import OutboxEvent
from apps.orders import services
from apps.orders.errors import CreditAboveInvoice
from apps.orders.models import Invoice, InvoiceSeries, Order
from apps.orders.tests.factories import OrderFactory
from tests.statements import at_most

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIRST, SECOND, THIRD = (UUID(f"018f4b6e-7b1c-7000-8000-00000000000{digit}") for digit in (1, 2, 3))


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.fixture
def order(shopper) -> Order:
    """An order of 14.90, 2.38 tax included, with its invoice."""
    order = OrderFactory(state="paid", customer=shopper, number="K7QF-9W2M")
    with transaction.atomic():
        locked = services.lock_order(store=order.store, order_id=order.public_id)
        services.issue_invoice(order=locked, by=None, now=NOON)
    return order


@transaction.atomic
def credit(order: Order, amount: str, refund: UUID = FIRST, **details) -> Invoice | None:
    locked = services.lock_order(store=order.store, order_id=order.public_id)
    details = {"reason": "", "by": None, "now": NOON} | details
    return services.issue_credit_note(order=locked, refund_id=refund, amount=eur(amount), **details)


def amounts(note: Invoice) -> tuple[str, str, str]:
    note.refresh_from_db()
    return str(note.net), str(note.tax), str(note.total)


def test_a_full_refund_credits_the_whole_invoice(order):
    note = credit(order, "14.90")
    assert amounts(note) == ("12.52 EUR", "2.38 EUR", "14.90 EUR")
    assert (note.kind, note.number, note.refund_id) == ("credit_note", "CN-2026-000001", FIRST)
    assert note.corrects == Invoice.objects.get(kind="invoice")


def test_a_credit_note_says_what_it_corrects_and_why(order):
    content = credit(order, "5.00", reason="Arrived broken").content
    assert (content.corrects, content.reason) == ("2026-000001", "Arrived broken")
    assert content.order_number == "K7QF-9W2M"
    (line,) = content.lines
    assert (line.title, line.quantity, str(line.total)) == (
        "Refund of order K7QF-9W2M",
        1,
        "5.00 EUR",
    )


def test_partial_refunds_credit_the_tax_of_their_part(order):
    assert amounts(credit(order, "5.00", FIRST)) == ("4.20 EUR", "0.80 EUR", "5.00 EUR")
    assert amounts(credit(order, "0.01", SECOND)) == ("0.01 EUR", "0.00 EUR", "0.01 EUR")
    assert amounts(credit(order, "9.89", THIRD)) == ("8.31 EUR", "1.58 EUR", "9.89 EUR")


def test_tax_that_prices_exclude_goes_back_with_the_money(shopper):
    order = OrderFactory(
        state="paid",
        customer=shopper,
        prices_include_tax=False,
        tax_amount=Decimal("2.83"),
        total_amount=Decimal("17.73"),
    )
    with transaction.atomic():
        locked = services.lock_order(store=order.store, order_id=order.public_id)
        services.issue_invoice(order=locked, by=None, now=NOON)
    assert amounts(credit(order, "11.90", FIRST)) == ("10.00 EUR", "1.90 EUR", "11.90 EUR")
    assert amounts(credit(order, "5.83", SECOND)) == ("4.90 EUR", "0.93 EUR", "5.83 EUR")


def test_a_refund_is_credited_once(order):
    first = credit(order, "5.00")
    assert credit(order, "5.00") == first
    assert Invoice.objects.filter(kind="credit_note").count() == 1
    assert OutboxEvent.objects.filter(name="credit_note.issued").count() == 1


def test_a_refund_of_what_has_no_invoice_is_not_credited(shopper):
    order = OrderFactory(state="paid", customer=shopper)
    assert credit(order, "5.00") is None
    assert not Invoice.objects.exists()
    assert not InvoiceSeries.objects.exists()
    assert not OutboxEvent.objects.exists()


@pytest.mark.parametrize(("amount", "remaining"), [("9.91", "9.90"), ("1000000", "9.90")])
def test_no_more_is_credited_than_was_invoiced(order, amount, remaining):
    credit(order, "5.00", FIRST)
    with pytest.raises(CreditAboveInvoice) as refusal:
        credit(order, amount, SECOND)
    assert (refusal.value.status, refusal.value.code) == (409, "credit_above_invoice")
    assert refusal.value.extensions == {"remaining": {"amount": remaining, "currency": "EUR"}}
    assert Invoice.objects.filter(kind="credit_note").count() == 1
    assert InvoiceSeries.objects.get(kind="credit_note").last == 1


@pytest.mark.parametrize("amount", ["0.00", "-5.00"])
def test_nothing_and_less_cannot_be_credited(order, amount):
    with pytest.raises(IntegrityError) as refusal:
        credit(order, amount)
    assert violated_constraint(refusal.value) in {
        "credit_note_is_worth_something",
        "invoice_adds_up",
    }
    assert not Invoice.objects.filter(kind="credit_note").exists()


def test_another_currency_cannot_be_credited(order):
    with pytest.raises(CurrencyMismatch), transaction.atomic():
        services.issue_credit_note(
            order=order,
            refund_id=FIRST,
            amount=Money(Decimal("5.00"), "USD"),
            reason="",
            by=None,
            now=NOON,
        )
    assert not Invoice.objects.filter(kind="credit_note").exists()


def test_a_credit_note_is_announced_without_its_reason(order, staff):
    note = credit(order, "5.00", reason="Ada did not like it", by=staff)
    event = OutboxEvent.objects.get(name="credit_note.issued")
    assert (event.aggregate_id, event.actor) == (note.public_id, f"user:{staff.public_id}")
    assert event.payload == {
        "number": "CN-2026-000001",
        "order_id": str(order.public_id),
        "invoice_id": str(Invoice.objects.get(kind="invoice").public_id),
        "refund_id": str(FIRST),
        "total": {"amount": "5.00", "currency": "EUR"},
    }


def test_credit_notes_count_by_themselves(order, shopper):
    other = OrderFactory(state="paid", customer=shopper)
    credit(order, "1.00", FIRST)
    credit(order, "1.00", SECOND)
    with transaction.atomic():
        locked = services.lock_order(store=other.store, order_id=other.public_id)
        assert services.issue_invoice(order=locked, by=None, now=NOON).number == "2026-000002"
    assert credit(other, "1.00", THIRD).number == "CN-2026-000003"


def test_a_credit_note_takes_four_statements(order):
    credit(order, "1.00", FIRST)
    with transaction.atomic():
        locked = services.lock_order(store=order.store, order_id=order.public_id)
        with at_most(4):
            services.issue_credit_note(
                order=locked, refund_id=SECOND, amount=eur("1.00"), reason="", by=None, now=NOON
            )


@pytest.mark.django_db(transaction=True)
def test_a_credit_note_needs_a_transaction():
    order = OrderFactory(state="paid")
    with pytest.raises(TransactionRequired):
        services.issue_credit_note(
            order=order, refund_id=FIRST, amount=eur("1.00"), reason="", by=None, now=NOON
        )
