"""Finishing what a dead process, a silent gateway or a lost webhook left behind."""

from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.payments.errors import GatewayUnavailable
from apps.payments.models import Payment
from apps.payments.services.check_payment import check_payment
from apps.payments.services.plan_next_check import plan_next_check

log = structlog.get_logger(__name__)


@forbids_transaction
def check_payments(*, now: datetime, most: int = 200) -> int:
    """This function will ask the gateways about the payments that are due to be asked about.

    Each is planned anew before it is asked about, so that any number of workers may do this at
    once. Returns how many payments have ended by it.
    """
    return sum(_settles(payment, now=now) for payment in _claimed(now=now, most=most))


@transaction.atomic
def _claimed(*, now: datetime, most: int) -> list[Payment]:
    due = Payment.objects.due(now=now).order_by("check_at").values_list("pk", flat=True)[:most]
    rows = Payment.objects.due(now=now).filter(pk__in=list(due))
    claimed = rows.select_related("store", "order__store", "order__customer")
    payments = claimed.locked(skip_locked=True)
    for payment in payments:
        payment.plan_check(at=payment.next_check(now=now) or now, attempts=payment.attempts)
    return payments


def _settles(payment: Payment, *, now: datetime) -> bool:
    try:
        payment = check_payment(payment=payment, now=now)
    except GatewayUnavailable:
        return False
    except Exception:  # one payment that cannot be settled must not keep the others waiting
        log.exception("payment_not_settled", payment_id=str(payment.public_id))
        plan_next_check(call=payment, now=timezone.now())
        return False
    return not payment.is_open
