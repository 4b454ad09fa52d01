"""Finishing refunds that a dead process or a silent gateway left behind."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings

from apps.core.transactions import forbids_transaction
from apps.payments.errors import GatewayUnavailable
from apps.payments.models import Refund
from apps.payments.services.complete_refund import complete_refund

log = structlog.get_logger(__name__)


@forbids_transaction
def resume_stuck_refunds(*, now: datetime, most: int = 500) -> int:
    """This function will ask the gateway again for refunds without an outcome.

    Those are meant that nobody has touched for `PAYMENT_STUCK_MINUTES`. Returns how many are
    settled now.
    """
    since = now - timedelta(minutes=settings.PAYMENT_STUCK_MINUTES)
    stuck = Refund.objects.unsettled_since(since).select_related("payment", "store")
    return sum(_settles(refund) for refund in stuck.order_by("updated_at")[:most])


def _settles(refund: Refund) -> bool:
    try:
        complete_refund(refund=refund, store=refund.store, by=None)
    except GatewayUnavailable:
        return False
    except Exception:  # one refund that cannot be settled must not keep the others waiting
        log.exception("refund_not_resumed", refund_id=str(refund.public_id))
        return False
    return True
