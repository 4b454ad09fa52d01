"""What the database refuses, whoever asks."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from apps.payments.models import Payment, Refund
from apps.payments.tests.factories import PaymentFactory, RefundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment() -> Payment:
    return PaymentFactory()


def refused(constraint: str, change) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        change()


@pytest.mark.parametrize("state", ["created", "requires_action", "processing", "captured"])
def test_an_order_has_one_live_payment(payment, state):
    refused(
        "payment_one_live_for_each_order",
        lambda: PaymentFactory(
            order=payment.order,
            state=state,
            captured_at=payment.captured_at if state == "captured" else None,
        ),
    )


def test_an_order_has_any_number_of_failed_payments(payment):
    for _ in range(3):
        PaymentFactory(order=payment.order, state="failed", captured_at=None, failure_code="x")
    assert Payment.objects.count() == 4


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("payment_refunds_within_amount", {"refunded_amount": Decimal("14.91")}),
        ("payment_refunds_within_amount", {"refunded_amount": Decimal("-0.01")}),
        (
            "payment_refunds_only_what_came",
            {"state": "failed", "captured_at": None, "refunded_amount": Decimal("1")},
        ),
        ("payment_captured_has_its_time", {"captured_at": None}),
        ("payment_captured_has_its_time", {"state": "failed"}),
        ("payment_with_money_has_not_failed", {"failure_code": "x"}),
        ("payment_state_is_known", {"state": "lost", "captured_at": None}),
    ],
)
def test_a_payment_that_contradicts_itself_is_refused(payment, constraint, values):
    refused(constraint, lambda: Payment.objects.update(**values))


def test_a_charge_belongs_to_one_payment(payment):
    refused(
        "payment_once_for_each_charge",
        lambda: PaymentFactory(gateway_reference=payment.gateway_reference),
    )


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("refund_above_zero", {"amount": Decimal("0")}),
        ("refund_succeeded_has_its_time", {"state": "succeeded"}),
        ("refund_state_is_known", {"state": "lost"}),
    ],
)
def test_a_refund_that_contradicts_itself_is_refused(payment, constraint, values):
    RefundFactory(payment=payment)
    refused(constraint, lambda: Refund.objects.update(**values))


# --- beside the version before --------------------------------------------------------------------

_BEFORE = (
    "created_at, updated_at, version, store_id, amount, currency, gateway_reference, failure_code"
)


def test_the_version_before_still_opens_payments_and_refunds(payment):
    """It inserts the columns that it knows; the database fills in the others."""
    Payment.objects.update(state="failed", captured_at=None, gateway_reference="")
    RefundFactory(payment=PaymentFactory())
    Refund.objects.update(gateway_reference="")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO payments_payment (public_id, order_id, gateway, payment_method, state,
                refunded_amount, idempotency_key, gateway_idempotency_key, {_BEFORE})
            SELECT gen_random_uuid(), order_id, gateway, payment_method, 'created',
                0, 'new', 'new', {_BEFORE} FROM payments_payment WHERE id = %s
            """,
            [payment.pk],
        )
        cursor.execute(
            f"""
            INSERT INTO payments_refund (public_id, payment_id, state, reason, idempotency_key,
                gateway_idempotency_key, {_BEFORE})
            SELECT gen_random_uuid(), payment_id, state, reason, 'new', 'new', {_BEFORE}
            FROM payments_refund
            """
        )
    opened = Payment.objects.get(idempotency_key="new")
    assert (opened.capture_method, opened.is_surplus, opened.attempts) == ("automatic", False, 0)
    assert (opened.held_reason, opened.client_secret, opened.redirect_url) == ("", "", "")
    assert Refund.objects.get(idempotency_key="new").attempts == 0
