from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from apps.core.money import Money
from apps.core.transactions import TransactionForbidden
from apps.events.models import OutboxEvent
from apps.orders.models import Order
from apps.payments import services
from apps.payments.errors import GatewayUnavailable, PaymentNotRefundable, RefundTooLarge
from apps.payments.models import Payment, Refund


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.fixture
def payment(order, ledger) -> Payment:
    return services.pay_order(
        store=order.store,
        order_id=order.public_id,
        customer=order.customer,
        gateway="ledger",
        payment_method="good",
        idempotency_key="k",
        now=timezone.now(),
    )


@pytest.fixture
def refund(payment, staff):
    def give_back(amount: Money | None = None, *, key: str = "r") -> Refund:
        return services.refund_payment(
            store=payment.store,
            payment_id=payment.public_id,
            amount=amount,
            idempotency_key=key,
            by=staff,
        )

    return give_back


def state_of(payment: Payment) -> str:
    return Order.objects.get(pk=payment.order_id).state


def test_gives_a_part_back_and_leaves_the_order_paid(payment, refund, ledger):
    part = refund(euros("10.00"))
    payment.refresh_from_db()
    assert (part.state, str(payment.refunded)) == ("succeeded", "10.00 EUR")
    assert part.succeeded_at is not None
    assert state_of(payment) == "paid"
    assert [str(money) for money in ledger.given_back.values()] == ["10.00 EUR"]


def test_all_of_it_makes_the_order_refunded(payment, refund):
    refund(euros("10.00"), key="a")
    rest = refund(key="b")
    assert str(rest.money) == "24.90 EUR"
    assert state_of(payment) == "refunded"


def test_says_what_happened(payment, refund, staff):
    given = refund(euros("10.00"))
    requested, succeeded = OutboxEvent.objects.filter(name__startswith="refund.").order_by("pk")
    assert [requested.name, succeeded.name] == ["refund.requested", "refund.succeeded"]
    assert succeeded.aggregate_id == given.public_id
    assert succeeded.actor == f"user:{staff.public_id}"
    assert succeeded.payload == {
        "payment_id": str(payment.public_id),
        "order_id": str(payment.order.public_id),
        "amount": {"amount": "10.00", "currency": "EUR"},
        "changes": {"state": ["requested", "succeeded"]},
    }


def test_never_gives_back_more_than_came(payment, refund, ledger):
    refund(euros("30.00"), key="a")
    with pytest.raises(RefundTooLarge) as refusal:
        refund(euros("4.91"), key="b")
    assert refusal.value.extensions == {"remaining": {"amount": "4.90", "currency": "EUR"}}
    assert len(ledger.given_back) == 1
    assert Refund.objects.count() == 1
    refund(euros("4.90"), key="c")
    with pytest.raises(RefundTooLarge):
        refund(key="d")


def test_the_database_refuses_it_too(payment):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError, match="payment_refunds_within_amount"), transaction.atomic():
        Payment.objects.update(refunded_amount=Decimal("34.91"))


def test_gives_back_once_for_each_key(payment, refund, ledger):
    first = refund(euros("10.00"))
    assert refund(euros("10.00")) == first
    assert len(ledger.given_back) == 1


def test_a_refund_that_the_gateway_refuses_can_be_tried_again(payment, refund, ledger):
    ledger.refuses_refunds = True
    refused = refund(key="a")
    payment.refresh_from_db()
    assert (refused.state, refused.failure_code) == ("failed", "account_closed")
    assert str(payment.refunded) == "0.00 EUR"
    assert state_of(payment) == "paid"
    assert OutboxEvent.objects.get(name="refund.failed").payload["failure_code"] == "account_closed"

    ledger.refuses_refunds = False
    assert refund(key="b").state == "succeeded"
    assert state_of(payment) == "refunded"


def test_a_declined_payment_has_nothing_to_give_back(order, ledger, staff):
    declined = services.pay_order(
        store=order.store,
        order_id=order.public_id,
        customer=order.customer,
        gateway="ledger",
        payment_method="bad",
        idempotency_key="k",
        now=timezone.now(),
    )
    with pytest.raises(PaymentNotRefundable):
        services.refund_payment(
            store=order.store, payment_id=declined.public_id, idempotency_key="r", by=staff
        )
    assert not Refund.objects.exists()


def test_what_the_gateway_left_open_is_resumed_and_given_back_once(payment, refund, ledger):
    ledger.silent_after = True
    with pytest.raises(GatewayUnavailable):
        refund(euros("34.90"))
    payment.refresh_from_db()
    assert (Refund.objects.get().state, str(payment.refunded)) == ("requested", "34.90 EUR")
    assert state_of(payment) == "paid"

    ledger.silent_after = False
    later = timezone.now() + timedelta(minutes=6)
    assert services.check_refunds(now=later) == 1
    assert services.check_refunds(now=later) == 0
    assert Refund.objects.get().state == "succeeded"
    assert len(ledger.given_back) == 1
    assert state_of(payment) == "refunded"


def test_an_open_part_keeps_the_order_from_being_refunded(payment, refund, ledger):
    ledger.silent_before = True
    with pytest.raises(GatewayUnavailable):
        refund(euros("10.00"), key="a")
    ledger.silent_before = False
    refund(key="b")
    assert state_of(payment) == "paid"
    refund(euros("10.00"), key="a")
    assert state_of(payment) == "refunded"


def test_never_calls_the_gateway_in_a_transaction(refund):
    with transaction.atomic(), pytest.raises(TransactionForbidden):
        refund()
