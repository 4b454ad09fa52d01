"""What payments hold about people: amounts and references, which the books need."""

from collections.abc import Iterator
from typing import Any

from apps.accounts.data_registry import Erasure, Kept, Reason, Section, register
from apps.accounts.models import User
from apps.core.batches import one_by_one
from apps.payments.models import Payment, Refund


def _payments(person: User) -> Iterator[dict[str, Any]]:
    payments = Payment.objects.filter(order__customer=person)
    related = payments.select_related("order").prefetch_related("refunds")
    for one in one_by_one(related):
        yield {
            "id": one.public_id,
            "order": one.order.number,
            "gateway": one.gateway,
            "gateway_reference": one.gateway_reference,
            "payment_method": one.payment_method,
            "state": one.state,
            "amount": one.charged.as_json(),
            "refunded": one.refunded.as_json(),
            "created_at": one.created_at,
            "captured_at": one.captured_at,
            "refunds": [_refund(refund) for refund in one.refunds.all()],
        }


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "id": refund.public_id,
        "state": refund.state,
        "amount": refund.money.as_json(),
        "reason": refund.reason,
        "gateway_reference": refund.gateway_reference,
        "created_at": refund.created_at,
        "succeeded_at": refund.succeeded_at,
    }


def _keep_payments(erasure: Erasure) -> Iterator[Kept]:
    count = Payment.objects.filter(order__customer=erasure.person).count()
    if count:
        yield Kept(section="payments", count=count, reason=Reason.TAX_LAW)


register(Section(name="payments", rows=_payments, forget=_keep_payments))
