"""The last step of a refund, in one transaction."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events.actors import Actor
from apps.payments.gateways import GatewayRefund
from apps.payments.models import Payment, Refund
from apps.payments.services.apply_refund import apply_refund


@retry_conflicts
@transaction.atomic
def record_refund(*, refund_id: UUID, answer: GatewayRefund, by: Actor, now: datetime) -> Refund:
    """This function will record how a refund stands, and move its order along with it.

    Recording the same answer again changes nothing; see `apply_refund`.
    """
    rows = Payment.objects.filter(refunds__public_id=refund_id)
    (payment,) = rows.locked_with_order()
    refund = payment.refunds.get(public_id=refund_id)
    apply_refund(payment=payment, refund=refund, answer=answer, by=by, now=now)
    return refund
