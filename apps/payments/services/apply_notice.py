"""What a gateway tells by webhook takes effect."""

from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from apps.core.money import CurrencyMismatch
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.orders import services as orders
from apps.orders.attention import Attention
from apps.payments.errors import RefundTooLarge
from apps.payments.events import RefundRequested
from apps.payments.gateways import Charge, GatewayRefund, Notice, payment_named_by
from apps.payments.models import Payment, Refund
from apps.payments.services.apply_charge import apply_charge
from apps.payments.services.apply_refund import apply_refund
from apps.payments.transitions import HOLDS_MONEY


@requires_transaction
def apply_notice(*, gateway: str, notice: Notice, now: datetime) -> Payment | None:
    """This function will record what a notice says of a charge or a refund of ours.

    It returns the payment, locked, that it was about; `None` when we know of none, or not yet. A
    refund that somebody made in the gateway's own dashboard is written down like one of ours.
    """
    if notice.charge is not None:
        return _apply_charge_notice(gateway, notice.charge, now=now)
    if notice.refund is not None:
        return _apply_refund_notice(gateway, notice.refund, now=now)
    return None


def _apply_charge_notice(gateway: str, charge: Charge, *, now: datetime) -> Payment | None:
    found = _locked(gateway, reference=charge.reference, metadata=charge.metadata)
    # The reference is the gateway's word; the metadata are ours, from before we knew it.
    found.sort(key=lambda payment: payment.gateway_reference != charge.reference)
    for payment in found:
        # What is held is let go by an answer, which is of now; a notice may be of before.
        if not payment.held_reason or charge.outcome in HOLDS_MONEY:
            apply_charge(payment=payment, charge=charge, by=None, now=now)
        return payment
    return None


def _apply_refund_notice(gateway: str, answer: GatewayRefund, *, now: datetime) -> Payment | None:
    found = _locked(gateway, reference=answer.charge_reference, metadata=answer.metadata)
    for payment in found:
        refund = _refund_of(payment, answer)
        if refund is None and (payment.is_open or _has_to_wait(payment, answer)):
            return None
        refund = refund or _write_down(payment, answer, now=now)
        if refund is not None:
            apply_refund(payment=payment, refund=refund, answer=answer, by=None, now=now)
        return payment
    return None


def _locked(gateway: str, *, reference: str, metadata: Mapping[str, str]) -> list[Payment]:
    """Payments without a reference are not those of a charge without one."""
    ours = [Q(gateway_reference=reference)] if reference else []
    if named := payment_named_by(metadata):
        ours.append(Q(public_id=named))
    if not ours:
        return []
    rows = Payment.objects.filter(reduce(or_, ours), gateway=gateway)
    return rows.locked_with_order()


def _has_to_wait(payment: Payment, answer: GatewayRefund) -> bool:
    """Whether money went back without us that a refund of ours has set aside: which of the two it
    will be is not known before that one has ended."""
    if answer.amount is None or answer.amount.currency != payment.currency:
        return False
    under_way = payment.refunds.filter(state=Refund.State.REQUESTED)
    return answer.amount > payment.refundable and under_way.exists()


def _refund_of(payment: Payment, answer: GatewayRefund) -> Refund | None:
    for refund in payment.refunds.all():
        if answer.reference == refund.gateway_reference:
            return refund
        if answer.metadata.get("refund") == str(refund.public_id):
            return refund
    return None


def _write_down(payment: Payment, answer: GatewayRefund, *, now: datetime) -> Refund | None:
    """Somebody gave money back without us. What our books never held they need not give back."""
    if payment.state != Payment.State.CAPTURED or answer.amount is None:
        return None
    try:
        payment.set_aside(answer.amount)
    except (RefundTooLarge, CurrencyMismatch):
        orders.flag_order(order=payment.order, reason=Attention.REFUNDED_AT_GATEWAY, by=None)
        return None
    refund = Refund.objects.create(
        store=payment.order.store,
        payment=payment,
        amount=answer.amount.amount,
        currency=answer.amount.currency,
        reason="refunded at the gateway",
        idempotency_key=f"gateway:{answer.reference}",
        check_at=now,
    )
    events.publish(RefundRequested.of(refund), store=payment.order.store)
    return refund
