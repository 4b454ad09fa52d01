"""Each check must be seen to speak up: a promise is broken behind the services' back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from apps.orders.models import Order
from apps.orders.tests.factories import OrderFactory, ShipmentFactory
from apps.payments.invariants import INVARIANTS
from apps.payments.models import Payment, ProviderEvent, Refund
from apps.payments.tests.factories import PaymentFactory, RefundFactory
from tests.promises import broken_among

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(hours=2)
LATER = timezone.now() + timedelta(minutes=5)

AMOUNT = "the total of what was paid here is the amount that was received, or authorized"
CAPTURED_IN_TIME = "what was authorized is captured within an hour of the shipment"
INVOICED = "every sale that was paid has its invoice"
ONE_KEPT = "at most one payment of an order is captured and kept"
REFUNDS = "what is refunded equals the refunds, and is never above what was captured"
NOT_OURS = "captured money belongs to a paid order, or goes back in full within an hour"
ASKED_ABOUT = "no payment that nobody asks about is open, and none is held for staff"
ANSWERED = "the gateway has an answer for every payment within an hour"
NOT_FILLED = "no open payment waits for an order that is not going to be filled"
REFUND_ASKED_ABOUT = "no refund that nobody asks about is open, and the gateway has heard of each"
PAST = "what was sold elsewhere is neither charged nor invoiced here"
PARKED = "no webhook that came early waits past its time for more than an hour"


def broken_promises() -> list[str]:
    return broken_among(INVARIANTS)


def test_each_promise_is_broken_somewhere_below():
    assert [one.promise for one in INVARIANTS] == [
        AMOUNT,
        CAPTURED_IN_TIME,
        INVOICED,
        ONE_KEPT,
        REFUNDS,
        NOT_OURS,
        ASKED_ABOUT,
        ANSWERED,
        NOT_FILLED,
        REFUND_ASKED_ABOUT,
        PARKED,
        PAST,
    ]
    assert {one.id for one in INVARIANTS} == {"I2", "I4", "I8"}


def test_all_is_well_in_a_shop_that_keeps_its_promises():
    for state in ("paid", "shipped", "delivered"):
        PaymentFactory(order__state=state)
    refunded = PaymentFactory(order__state="refunded", refunded_amount=Decimal("14.90"))
    RefundFactory(
        payment=refunded, amount=Decimal("14.90"), state="succeeded", succeeded_at=LONG_AGO
    )
    RefundFactory(payment=refunded, state="failed")
    waiting = OrderFactory()
    PaymentFactory(order=waiting, state="failed", failure_code="card_declined")
    PaymentFactory(order=waiting, state="canceled")
    PaymentFactory(order=waiting, state="created")
    PaymentFactory(order__state="paid", state="authorized")
    PaymentFactory(order__state="canceled")
    twice = PaymentFactory(order__state="paid").order
    surplus = PaymentFactory(order=twice, is_surplus=True, refunded_amount=Decimal("14.90"))
    RefundFactory(payment=surplus, amount=Decimal("14.90"))

    assert broken_promises() == []


def test_tells_of_an_order_that_nobody_paid_for():
    OrderFactory(state="paid")
    assert broken_promises() == [AMOUNT]


@pytest.mark.parametrize("state", ["authorized", "captured"])
def test_tells_of_an_order_that_was_paid_in_part(state):
    PaymentFactory(order__state="paid", state=state, amount=Decimal("14.89"))
    assert broken_promises() == [AMOUNT]


def test_tells_of_an_order_that_is_paid_by_surplus_money_alone():
    PaymentFactory(order__state="paid", is_surplus=True, captured_at=timezone.now())
    assert broken_promises() == [AMOUNT]


def test_tells_of_goods_that_left_and_were_never_charged():
    payment = PaymentFactory(order__state="paid", state="authorized")
    ShipmentFactory(order=payment.order, shipped_at=timezone.now())
    assert broken_promises() == []
    payment.order.shipments.update(shipped_at=LONG_AGO)
    assert broken_promises() == [CAPTURED_IN_TIME]


def test_tells_of_a_sale_without_its_invoice():
    PaymentFactory(order__state="paid", invoice=False)
    assert broken_promises() == [INVOICED]


def test_tells_of_an_order_that_was_paid_twice():
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX payment_one_live_for_each_order")
    order = OrderFactory(state="paid")
    PaymentFactory(order=order)
    PaymentFactory(order=order)
    assert broken_promises() == [ONE_KEPT]


def test_tells_of_a_counter_that_does_not_equal_the_refunds():
    payment = PaymentFactory(order__state="paid", refunded_amount=Decimal("10.00"))
    assert broken_promises() == [REFUNDS]
    RefundFactory(payment=payment)
    assert broken_promises() == []
    Refund.objects.update(state="failed", check_at=None)
    assert broken_promises() == [REFUNDS]


@pytest.mark.parametrize("state", ["pending", "refunded"])
def test_tells_of_money_that_is_not_ours(state):
    PaymentFactory(order__state=state)
    assert broken_promises() == [NOT_OURS]


@pytest.mark.parametrize(
    ("order", "is_surplus"),
    [({"state": "canceled", "canceled_at": LONG_AGO}, False), ({"state": "paid"}, True)],
)
def test_tells_of_money_that_was_kept_though_it_has_to_go_back(order, is_surplus):
    order = OrderFactory(**order)
    if is_surplus:
        PaymentFactory(order=order)
    payment = PaymentFactory(order=order, is_surplus=is_surplus)
    assert broken_promises() == []
    Payment.objects.filter(pk=payment.pk).update(captured_at=LONG_AGO)
    assert broken_promises() == [NOT_OURS]
    RefundFactory(payment=payment, amount=Decimal("14.90"))
    Payment.objects.filter(pk=payment.pk).update(refunded_amount=Decimal("14.90"))
    assert broken_promises() == []


@pytest.mark.parametrize(
    ("state", "values"),
    [
        ("processing", {"check_at": None}),
        ("authorized", {"check_at": LONG_AGO}),
        ("created", {"held_reason": "amount: 0.01 EUR instead of 14.90 EUR", "check_at": None}),
        ("canceled", {"held_reason": "amount: 0.01 EUR instead of 14.90 EUR"}),
    ],
)
def test_tells_of_a_payment_that_nobody_asks_about(state, values):
    order = "paid" if state == "authorized" else "pending"
    PaymentFactory(order__state=order, state=state)
    assert broken_promises() == []
    Payment.objects.update(**values)
    assert broken_promises() == [ASKED_ABOUT]


def test_tells_of_a_payment_that_the_gateway_never_answered():
    PaymentFactory(order__state="pending", state="created", created_at=LONG_AGO)
    assert broken_promises() == [ANSWERED]


@pytest.mark.parametrize("state", ["requires_action", "processing", "authorized"])
def test_tells_of_an_open_payment_of_a_canceled_order(state):
    PaymentFactory(order__state="canceled", state=state)
    assert broken_promises() == []
    Order.objects.update(canceled_at=LONG_AGO)
    assert broken_promises() == [NOT_FILLED]


@pytest.mark.parametrize(
    "values",
    [{"check_at": None}, {"check_at": LONG_AGO}, {"gateway_reference": "", "created_at": LONG_AGO}],
)
def test_tells_of_a_refund_that_nobody_asks_about(values):
    payment = PaymentFactory(order__state="paid", refunded_amount=Decimal("10.00"))
    RefundFactory(payment=payment)
    assert broken_promises() == []
    Refund.objects.update(**values)
    assert broken_promises() == [REFUND_ASKED_ABOUT]


def test_tells_of_a_webhook_that_nobody_tries_again():
    ProviderEvent.objects.create(
        gateway="ledger", event_id="evt_1", kind="charge", state="parked", next_attempt_at=LATER
    )
    assert broken_promises() == []
    ProviderEvent.objects.update(next_attempt_at=LONG_AGO)
    assert broken_promises() == [PARKED]


def test_an_order_from_elsewhere_needs_no_payment_of_ours():
    OrderFactory(state="delivered", source="old-shop", external_number="1")
    assert broken_promises() == []


def test_an_order_from_elsewhere_that_was_charged_here_is_found():
    order = PaymentFactory(order__state="paid").order
    Order.objects.filter(pk=order.pk).update(source="old-shop", external_number="1")
    assert broken_promises() == [PAST]
