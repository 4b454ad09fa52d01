"""Giving up a payment that is not wanted any more."""

from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.events.actors import Actor
from apps.payments.errors import GatewayUnavailable
from apps.payments.gateways import find_gateway
from apps.payments.models import Payment
from apps.payments.services.plan_next_check import plan_next_check
from apps.payments.services.record_charge import record_charge


@forbids_transaction
def withdraw_payment(*, payment: Payment, by: Actor) -> Payment:
    """This function will see to it that an open payment takes no money any more.

    Whether the gateway was ever asked for it does not matter. When it is too late the money that
    came is recorded, and goes back because its order cannot be filled. A payment that ended is
    returned as it is.

    Raises:
        GatewayUnavailable: the outcome is not known yet; call it again.
    """
    if not payment.is_open:
        return payment
    try:
        charge = find_gateway(payment.gateway).withdraw(payment.charge_request)
    except GatewayUnavailable:
        plan_next_check(call=payment, now=timezone.now())
        raise
    return record_charge(
        payment_id=payment.public_id,
        charge=charge,
        by=by,
        now=timezone.now(),
    )
