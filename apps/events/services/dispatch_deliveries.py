"""Sending each delivery that is due to a worker."""

import time
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.events.broker import broker_line
from apps.events.errors import BrokerAway
from apps.events.models import Delivery, DeliveryQuerySet

log = structlog.get_logger(__name__)

DELIVER = "events.deliver"
_BATCH = 100


def dispatch_deliveries(*, seconds: float = 20) -> int:
    """This function will send a message for each delivery that is due, until the time is up.

    A delivery is marked as queued in a transaction of its own, and no row is locked while the
    broker is spoken to. A message that was not heard of for `EVENTS_QUEUED_SECONDS` is taken for
    lost and sent again. As that may be wrong, and because a backlog is safest in the database, no
    more than `EVENTS_MOST_QUEUED` messages lie in the broker's queue. Returns how many were sent.

    Raises:
        BrokerAway: some could not be sent; they are due again at once.
    """
    deadline = time.monotonic() + seconds
    sent = 0
    if not _waiting(timezone.now()).exists():
        return sent
    with broker_line() as line:
        room = settings.EVENTS_MOST_QUEUED - line.count_waiting(DELIVER)
    while sent < room and time.monotonic() < deadline:
        claimed = _claim(most=min(_BATCH, room - sent))
        if not claimed:
            break
        _send(claimed)
        sent += len(claimed)
    return sent


def _waiting(now: datetime) -> DeliveryQuerySet:
    return Delivery.objects.due(now=now).not_queued(now=now)


@transaction.atomic
def _claim(*, most: int) -> list[Delivery]:
    now = timezone.now()
    first = _waiting(now).order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:most]
    claimed = _waiting(now).filter(pk__in=list(first)).locked(skip_locked=True)
    until = now + timedelta(seconds=settings.EVENTS_QUEUED_SECONDS)
    for delivery in claimed:
        delivery.queued_until = until
    Delivery.objects.filter(pk__in=[one.pk for one in claimed]).update(queued_until=until)
    return claimed


def _send(claimed: list[Delivery]) -> None:
    waiting = list(reversed(claimed))
    try:
        with broker_line() as line:
            while waiting:
                line.send_task(DELIVER, str(waiting[-1].public_id))
                waiting.pop()
    except BrokerAway as away:
        _put_back(waiting)
        log.warning("deliveries_not_sent", count=len(waiting), error=away.detail)
        raise


def _put_back(unsent: list[Delivery]) -> None:
    until: datetime | None = unsent[0].queued_until
    rows = Delivery.objects.filter(pk__in=[one.pk for one in unsent], queued_until=until)
    rows.update(queued_until=None)
