"""Asking the gateway to give money back, and keeping its answer."""

from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.events.actors import Actor
from apps.payments.gateways import find_gateway
from apps.payments.models import Refund
from apps.payments.services.record_refund import record_refund
from apps.stores.models import Store


@forbids_transaction
def complete_refund(*, refund: Refund, store: Store, by: Actor) -> Refund:
    """This function will have the gateway make a requested refund and record the outcome.

    It may be called again at any time, by anybody: the gateway knows the refund by its key. A
    settled refund is returned as it is.

    Raises:
        GatewayUnavailable: the outcome is not known yet, and the refund stays requested.
    """
    if refund.state != Refund.State.REQUESTED:
        return refund
    payment = refund.payment
    answer = find_gateway(payment.gateway).refund(
        charge_reference=payment.gateway_reference,
        amount=refund.money,
        idempotency_key=refund.gateway_idempotency_key,
        metadata={"payment": str(payment.public_id), "refund": str(refund.public_id)},
    )
    return record_refund(
        refund_id=refund.public_id, answer=answer, store=store, by=by, now=timezone.now()
    )
