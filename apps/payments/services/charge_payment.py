"""Asking the gateway, and keeping its answer."""

from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.events.actors import Actor
from apps.payments.errors import GatewayUnavailable
from apps.payments.gateways import find_gateway
from apps.payments.models import Payment
from apps.payments.services.plan_next_check import plan_next_check
from apps.payments.services.record_charge import record_charge


@forbids_transaction
def charge_payment(*, payment: Payment, by: Actor) -> Payment:
    """This function will charge an open payment, or ask how its charge stands, and record it.

    It may be called again at any time, by anybody: the gateway knows the payment by its key and
    answers with the same charge. A payment that ended, or that staff have to look at, is returned
    as it is.

    Raises:
        GatewayUnavailable: the outcome is not known yet; the payment stays open and is asked about
            again by itself.
    """
    if not payment.is_open or payment.held_reason:
        return payment
    gateway = find_gateway(payment.gateway)
    try:
        if payment.gateway_reference:
            charge = gateway.find_charge(payment.gateway_reference)
        else:
            charge = gateway.charge(payment.charge_request)
    except GatewayUnavailable:
        plan_next_check(call=payment, now=timezone.now())
        raise
    return record_charge(payment_id=payment.public_id, charge=charge, by=by, now=timezone.now())
