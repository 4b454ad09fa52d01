"""Webhooks that came before what they are about."""

import time
from datetime import datetime, timedelta

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

from apps.core.backoff import backoff
from apps.core.retries import retry_conflicts
from apps.payments.models import ProviderEvent
from apps.payments.notices import as_notice
from apps.payments.services.apply_notice import apply_notice

log = structlog.get_logger(__name__)

_MOST_AT_ONCE = 500
# Sixteen pauses of up to six hours: a day and a half, with their jitter one or two at most.
_MOST_ATTEMPTS = 17
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)


def apply_parked_events(*, now: datetime, seconds: float = 45) -> int:
    """This function will try the parked provider events that are due again, each by itself, until
    the time is up.

    One that never finds what it is about is given up in the end; most likely it belongs to another
    system that uses the same account. Returns how many took effect.
    """
    due = ProviderEvent.objects.due(now=now).order_by("next_attempt_at")
    waiting = list(due.values_list("pk", flat=True)[:_MOST_AT_ONCE])
    deadline = time.monotonic() + seconds
    return sum(_applies(pk, now=now) for pk in waiting if time.monotonic() < deadline)


def _applies(pk: int, *, now: datetime) -> bool:
    try:
        return _apply(pk, now=now)
    except SoftTimeLimitExceeded:
        raise
    except Exception:  # one event that cannot be applied must not keep the others waiting
        log.exception("provider_event_not_applied", provider_event=pk)
        _put_off(pk, now=now)
        return False


@retry_conflicts
@transaction.atomic
def _apply(pk: int, *, now: datetime) -> bool:
    for event in ProviderEvent.objects.due(now=now).filter(pk=pk).locked(skip_locked=True):
        payment = apply_notice(gateway=event.gateway, notice=as_notice(event), now=now)
        if payment is not None:
            event.settle(payment=payment)
            return True
        _plan(event, now=now)
    return False


@transaction.atomic
def _put_off(pk: int, *, now: datetime) -> None:
    for event in ProviderEvent.objects.due(now=now).filter(pk=pk).locked(skip_locked=True):
        _plan(event, now=now)


def _plan(event: ProviderEvent, *, now: datetime) -> None:
    pause = backoff(event.attempts + 1, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE)
    event.put_off(until=now + pause, most=_MOST_ATTEMPTS)
