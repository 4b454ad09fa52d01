"""Finishing what a dead process or a silent gateway left behind."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings

from apps.core.transactions import forbids_transaction
from apps.payments.errors import GatewayUnavailable
from apps.payments.models import Payment
from apps.payments.services.charge_payment import charge_payment

log = structlog.get_logger(__name__)


@forbids_transaction
def resume_stuck_payments(*, now: datetime, most: int = 500) -> int:
    """This function will ask the gateway again about payments without an outcome.

    Those are meant that nobody has touched for `PAYMENT_STUCK_MINUTES`. The gateway answers a key
    it knows with the charge it has, so nobody pays twice. Returns how many payments are settled
    now.
    """
    since = now - timedelta(minutes=settings.PAYMENT_STUCK_MINUTES)
    stuck = Payment.objects.unsettled_since(since).select_related("order", "store")
    return sum(_settles(payment) for payment in stuck.order_by("updated_at")[:most])


def _settles(payment: Payment) -> bool:
    try:
        payment = charge_payment(payment=payment, store=payment.store, by=None)
    except GatewayUnavailable:
        return False
    except Exception:  # one payment that cannot be settled must not keep the others waiting
        log.exception("payment_not_resumed", payment_id=str(payment.public_id))
        return False
    return not payment.is_unsettled
