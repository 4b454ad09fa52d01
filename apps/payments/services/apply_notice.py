"""What a gateway tells by webhook takes effect."""

from datetime import datetime

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


@requires_transaction
def apply_notice(*, gateway: str, notice: Notice, now: datetime) -> Payment | None:
    """This function will record what a notice says of a charge or a refund of ours.

    It returns the payment, locked, that it was about; `None` when we know of none, or not yet. A
    refund that somebody made in the gateway's own dashboard is written down like one of ours.
    """
    if notice.charge is not None:
        payment = _payment_of_charge(gateway, notice.charge)
        if payment is not None:
            apply_charge(payment=payment, charge=notice.charge, by=None, now=now)
        return payment
    if notice.refund is not None:
        return _apply_refund_notice(gateway, notice.refund, now=now)
    return None


def _payment_of_charge(gateway: str, charge: Charge) -> Payment | None:
    """The reference is the gateway's word; the metadata are ours, from before we knew it."""
    ours = Q(gateway_reference=charge.reference)
    if named := payment_named_by(charge.metadata):
        ours |= Q(public_id=named)
    found = Payment.objects.filter(ours, gateway=gateway).locked_with_order()
    found.sort(key=lambda payment: payment.gateway_reference != charge.reference)
    return found[0] if found else None


def _apply_refund_notice(gateway: str, answer: GatewayRefund, *, now: datetime) -> Payment | None:
    ours = Q(gateway_reference=answer.charge_reference)
    if named := payment_named_by(answer.metadata):
        ours |= Q(public_id=named)
    for payment in Payment.objects.filter(ours, gateway=gateway).locked_with_order():
        refund = _refund_of(payment, answer)
        if refund is None and payment.is_open:
            return None  # its capture is still on its way to us
        refund = refund or _write_down(payment, answer, now=now)
        if refund is not None:
            apply_refund(payment=payment, refund=refund, answer=answer, by=None, now=now)
        return payment
    return None


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
