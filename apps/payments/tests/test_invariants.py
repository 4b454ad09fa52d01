"""Each check must be seen to speak up: a promise is broken behind the services' back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from apps.orders.tests.factories import OrderFactory
from apps.payments.invariants import INVARIANTS
from apps.payments.models import Payment, Refund
from apps.payments.tests.factories import PaymentFactory, RefundFactory
from tests.promises import broken_among

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(hours=2)


def broken_promises() -> list[str]:
    return broken_among(INVARIANTS)


def test_all_is_well_in_a_shop_that_keeps_its_promises():
    for state in ("paid", "shipped", "delivered"):
        PaymentFactory(order__state=state)
    refunded = PaymentFactory(order__state="refunded", refunded_amount=Decimal("14.90"))
    RefundFactory(
        payment=refunded, amount=Decimal("14.90"), state="succeeded", succeeded_at=LONG_AGO
    )
    RefundFactory(payment=refunded, state="failed")
    waiting = OrderFactory()
    PaymentFactory(order=waiting, state="failed", captured_at=None, failure_code="card_declined")
    PaymentFactory(order=waiting, state="created", captured_at=None)
    PaymentFactory(order__state="canceled")

    assert broken_promises() == []


def test_tells_of_an_order_that_nobody_paid_for():
    OrderFactory(state="paid")
    assert broken_promises() == ["a paid order's total is the amount that was received for it"]


def test_tells_of_an_order_that_was_paid_in_part():
    PaymentFactory(order__state="paid", amount=Decimal("14.89"))
    assert broken_promises() == ["a paid order's total is the amount that was received for it"]


def test_tells_of_an_order_that_was_paid_twice():
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX payment_one_live_for_each_order")
    order = OrderFactory(state="paid")
    PaymentFactory(order=order)
    PaymentFactory(order=order)
    assert broken_promises() == ["at most one payment of an order is captured"]


def test_tells_of_a_counter_that_does_not_equal_the_refunds():
    payment = PaymentFactory(order__state="paid", refunded_amount=Decimal("10.00"))
    assert broken_promises() == [
        "what is refunded equals the refunds, and is never above what was captured"
    ]
    RefundFactory(payment=payment)
    assert broken_promises() == []
    Refund.objects.update(state="failed")
    assert len(broken_promises()) == 1


@pytest.mark.parametrize("state", ["pending", "refunded"])
def test_tells_of_money_that_is_not_ours(state):
    PaymentFactory(order__state=state)
    assert (
        "captured money belongs to a paid order, or goes back in full within an hour"
        in broken_promises()
    )


def test_tells_of_a_canceled_order_whose_money_was_kept():
    payment = PaymentFactory(
        order__state="canceled", order__canceled_at=LONG_AGO, captured_at=LONG_AGO
    )
    promise = "captured money belongs to a paid order, or goes back in full within an hour"
    assert broken_promises() == [promise]
    RefundFactory(payment=payment, amount=Decimal("14.90"))
    Payment.objects.update(refunded_amount=Decimal("14.90"))
    assert broken_promises() == []


def test_tells_of_payments_and_refunds_without_an_outcome():
    PaymentFactory(
        order__state="pending", state="processing", captured_at=None, created_at=LONG_AGO
    )
    payment = PaymentFactory(order__state="paid", refunded_amount=Decimal("10.00"))
    RefundFactory(payment=payment, created_at=LONG_AGO)
    assert broken_promises() == [
        "no payment is without an outcome for more than an hour",
        "no refund is without an outcome for more than an hour",
    ]
