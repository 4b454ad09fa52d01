"""Asking the gateway, and keeping its answer."""

from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.events.actors import Actor
from apps.payments.gateways import find_gateway
from apps.payments.models import Payment
from apps.payments.services.record_charge import record_charge
from apps.stores.models import Store


@forbids_transaction
def charge_payment(*, payment: Payment, store: Store, by: Actor) -> Payment:
    """This function will charge an unsettled payment and record the outcome.

    It may be called again at any time, by anybody: the gateway knows the payment by its key and
    answers with the same charge. A settled payment is returned as it is.

    Raises:
        GatewayUnavailable: the outcome is not known yet, and the payment stays unsettled.
    """
    if not payment.is_unsettled:
        return payment
    charge = find_gateway(payment.gateway).charge(payment.charge_request)
    return record_charge(
        payment_id=payment.public_id, charge=charge, store=store, by=by, now=timezone.now()
    )
