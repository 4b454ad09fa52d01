"""Finishing refunds that a dead process, a silent gateway or a lost webhook left behind."""

from datetime import datetime
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.payments.errors import GatewayUnavailable
from apps.payments.models import Refund
from apps.payments.services.claim_due_calls import claim_due_calls
from apps.payments.services.complete_refund import complete_refund
from apps.payments.services.plan_next_check import plan_next_check

log = structlog.get_logger(__name__)


@forbids_transaction
def check_refunds(*, now: datetime, seconds: float = 45) -> int:
    """This function will ask the gateways about the refunds that are due to be asked about, until
    none is left or the time is up.

    Any number of workers may do this at once. Returns how many refunds have ended by it.
    """
    due = claim_due_calls(of=Refund, now=now, seconds=seconds)
    return sum(_settles(refund_id) for refund_id in due)


def _settles(refund_id: UUID) -> bool:
    refund = Refund.objects.select_related("payment").get(public_id=refund_id)
    try:
        refund = complete_refund(refund=refund, by=None)
    except GatewayUnavailable:
        return False
    except SoftTimeLimitExceeded:
        raise
    except Exception:  # one refund that cannot be settled must not keep the others waiting
        log.exception("refund_not_settled", refund_id=str(refund_id))
        plan_next_check(call=refund, now=timezone.now())
        return False
    return refund.state != Refund.State.REQUESTED
