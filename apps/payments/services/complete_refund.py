"""Asking the gateway to give money back, and keeping its answer."""

from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.events.actors import Actor
from apps.payments.errors import GatewayUnavailable
from apps.payments.gateways import find_gateway
from apps.payments.models import Refund
from apps.payments.services.plan_next_check import plan_next_check
from apps.payments.services.record_refund import record_refund


@forbids_transaction
def complete_refund(*, refund: Refund, by: Actor) -> Refund:
    """This function will have the gateway make a requested refund, or ask how it stands, and
    record that.

    It may be called again at any time, by anybody: the gateway knows the refund by its key. A
    settled refund is returned as it is.

    Raises:
        GatewayUnavailable: the outcome is not known yet; the refund stays requested and is asked
            about again by itself.
    """
    if refund.state != Refund.State.REQUESTED:
        return refund
    payment = refund.payment
    gateway = find_gateway(payment.gateway)
    try:
        if refund.gateway_reference:
            answer = gateway.find_refund(refund.gateway_reference)
        else:
            answer = gateway.refund(
                charge_reference=payment.gateway_reference,
                amount=refund.money,
                idempotency_key=refund.gateway_idempotency_key,
                metadata={"payment": str(payment.public_id), "refund": str(refund.public_id)},
            )
    except GatewayUnavailable:
        plan_next_check(call=refund, now=timezone.now())
        raise
    return record_refund(refund_id=refund.public_id, answer=answer, by=by, now=timezone.now())
