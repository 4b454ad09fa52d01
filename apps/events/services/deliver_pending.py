"""The relay: handing events to their subscribers."""

import random
import time
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.core.request_id import bound_request_id
from apps.events.models import Delivery
from apps.events.registry import Kind, Subscriber, find_subscriber
from apps.events.services.number_events import number_events

log = structlog.get_logger(__name__)

_BATCH = 100
_LONGEST_PAUSE = 3600


def deliver_pending(*, seconds: float = 30) -> int:
    """This function will deliver what is due until nothing is left or the time is up.

    Any number of relays may run at once: a row another one holds is skipped. A subscriber that
    fails is tried again later, and the others are not kept waiting. Events that subscribers
    publish meanwhile are delivered too. Returns how many deliveries took effect.
    """
    deadline = time.monotonic() + seconds
    delivered = 0
    while time.monotonic() < deadline:
        while number_events():
            pass
        due = Delivery.objects.due(now=timezone.now())
        waiting = list(due.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:_BATCH])
        # Rows that others hold are skipped: a batch without progress is theirs to finish.
        progress = [_deliver(pk) for pk in waiting if time.monotonic() < deadline]
        delivered += sum(outcome is True for outcome in progress)
        if not any(outcome is not None for outcome in progress):
            break
    return delivered


def _deliver(pk: int) -> bool | None:
    """True: took effect. False: failed, planned anew. None: somebody else has it."""
    try:
        with transaction.atomic():
            delivery = _claim(pk)
            if delivery is None:
                return None
            subscriber = find_subscriber(delivery.subscriber)
            if subscriber is None:
                raise LookupError(f"the code has no subscriber {delivery.subscriber}")
            if subscriber.kind is Kind.INNER:
                _run(subscriber, delivery)
                delivery.attempts += 1
                delivery.mark_done(now=timezone.now())
                return True
            _lease(delivery)
        _run(subscriber, delivery)
        _finish(pk)
    except Exception as error:  # noqa: BLE001 - a subscriber may fail in any way; its row tells
        _record_failure(pk, error)
        return False
    return True


def _claim(pk: int) -> Delivery | None:
    rows = Delivery.objects.due(now=timezone.now()).filter(pk=pk)
    return next(iter(rows.select_related("event").locked(skip_locked=True)), None)


def _run(subscriber: Subscriber, delivery: Delivery) -> None:
    with bound_request_id(delivery.event.request_id):
        subscriber.handle(delivery)


def _lease(delivery: Delivery) -> None:
    """Whatever ends its process each time leaves no failure behind, only attempts: it is given up
    by their number."""
    if delivery.attempts >= settings.EVENTS_MAX_ATTEMPTS:
        raise TimeoutError("the last attempt never came back")
    delivery.lease(until=timezone.now() + timedelta(seconds=settings.EVENTS_LEASE_SECONDS))


@transaction.atomic
def _finish(pk: int) -> None:
    (delivery,) = Delivery.objects.filter(pk=pk).locked()
    if delivery.state != Delivery.State.DONE:
        delivery.mark_done(now=timezone.now())


@transaction.atomic
def _record_failure(pk: int, error: Exception) -> None:
    (delivery,) = Delivery.objects.filter(pk=pk).select_related("event").locked()
    if delivery.state != Delivery.State.PENDING:
        return
    subscriber = find_subscriber(delivery.subscriber)
    if subscriber is None or subscriber.kind is Kind.INNER:  # a lease has counted already
        delivery.attempts += 1
    delivery.mark_failed(
        error=f"{type(error).__name__}: {error}",
        now=timezone.now(),
        pause=_pause(delivery.attempts),
        most=settings.EVENTS_MAX_ATTEMPTS,
    )
    log.warning(
        "delivery_failed",
        delivery_id=str(delivery.public_id),
        event_name=delivery.event.name,
        subscriber=delivery.subscriber,
        attempts=delivery.attempts,
        state=delivery.state,
        exc_info=error,
    )


def _pause(attempts: int) -> timedelta:
    """Exponential backoff from one second with full jitter (Brooker, AWS Architecture Blog 2015),
    never under half of it, so that a failing subscriber is not hammered."""
    longest = min(2 ** (attempts - 1), _LONGEST_PAUSE)
    return timedelta(seconds=longest * random.uniform(0.5, 1))  # noqa: S311 - not a secret
