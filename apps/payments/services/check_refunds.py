"""Finishing refunds that a dead process, a silent gateway or a lost webhook left behind."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.payments.errors import GatewayUnavailable
from apps.payments.models import Refund
from apps.payments.services.complete_refund import complete_refund
from apps.payments.services.plan_next_check import plan_next_check

log = structlog.get_logger(__name__)


@forbids_transaction
def check_refunds(*, now: datetime, most: int = 200) -> int:
    """This function will ask the gateways about the refunds that are due to be asked about.

    Any number of workers may do this at once. Returns how many refunds have ended by it.
    """
    return sum(_settles(refund) for refund in _claimed(now=now, most=most))


@transaction.atomic
def _claimed(*, now: datetime, most: int) -> list[Refund]:
    due = Refund.objects.due(now=now).order_by("check_at").values_list("pk", flat=True)[:most]
    rows = Refund.objects.due(now=now).filter(pk__in=list(due))
    refunds = rows.select_related("payment", "store").locked(skip_locked=True)
    for refund in refunds:
        until = now + timedelta(minutes=settings.PAYMENT_CHECK_MINUTES)
        refund.plan_check(at=until, attempts=refund.attempts)
    return refunds


def _settles(refund: Refund) -> bool:
    try:
        refund = complete_refund(refund=refund, store=refund.store, by=None)
    except GatewayUnavailable:
        return False
    except Exception:  # one refund that cannot be settled must not keep the others waiting
        log.exception("refund_not_settled", refund_id=str(refund.public_id))
        plan_next_check(call=refund, now=timezone.now())
        return False
    return refund.state != Refund.State.REQUESTED
