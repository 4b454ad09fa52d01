"""The last step of paying, in one transaction."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events.actors import Actor
from apps.payments.gateways import Charge
from apps.payments.models import Payment
from apps.payments.services.apply_charge import apply_charge


@retry_conflicts
@transaction.atomic
def record_charge(*, payment_id: UUID, charge: Charge, by: Actor, now: datetime) -> Payment:
    """This function will record how a charge stands, and move the order along with it.

    Payment, order, stock and invoice change in this one transaction. Recording the same charge
    again changes nothing; see `apply_charge`.
    """
    (payment,) = Payment.objects.filter(public_id=payment_id).locked_with_order()
    apply_charge(payment=payment, charge=charge, by=by, now=now)
    return payment
