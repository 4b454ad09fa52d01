"""Finishing what a dead process, a silent gateway or a lost webhook left behind."""

from datetime import datetime
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.payments.errors import GatewayUnavailable
from apps.payments.models import Payment
from apps.payments.services.check_payment import check_payment
from apps.payments.services.claim_due_calls import claim_due_calls
from apps.payments.services.plan_next_check import plan_next_check

log = structlog.get_logger(__name__)


@forbids_transaction
def check_payments(*, now: datetime, seconds: float = 45) -> int:
    """This function will ask the gateways about the payments that are due to be asked about, until
    none is left or the time is up.

    Any number of workers may do this at once. Returns how many payments have ended by it.
    """
    due = claim_due_calls(of=Payment, now=now, seconds=seconds)
    return sum(_settles(payment_id, now=now) for payment_id in due)


def _settles(payment_id: UUID, *, now: datetime) -> bool:
    payment = Payment.objects.get(public_id=payment_id)
    try:
        return not check_payment(payment=payment, now=now).is_open
    except GatewayUnavailable:
        return False
    except SoftTimeLimitExceeded:
        raise
    except Exception:  # one payment that cannot be settled must not keep the others waiting
        log.exception("payment_not_settled", payment_id=str(payment_id))
        plan_next_check(call=payment, now=timezone.now())
        return False
