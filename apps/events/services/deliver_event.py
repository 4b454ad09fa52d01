"""One attempt to bring an event to one of its subscribers."""

from enum import StrEnum
from uuid import UUID

import structlog
from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from apps.core.request_id import bound_request_id
from apps.events.models import Delivery
from apps.events.registry import Kind, Subscriber, find_subscriber
from apps.events.retries import lease_of, pause_after

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """What became of one attempt."""

    DONE = "done"
    FAILED = "failed"  # planned anew, or given up: its row tells
    NOT_DUE = "not due"  # done before, planned for later, or in somebody else's hands


def deliver_event(*, delivery_id: UUID) -> Outcome:
    """This function will run a delivery's subscriber, unless that was done or is not to be now.

    The delivery's row is the inbox: however often it is asked for, and by however many at once, an
    inner subscriber takes effect once, and an external one is not called again while its lease
    runs. The attempt is counted before the subscriber runs, so that one which ends its process
    every time is given up as well.
    """
    try:
        delivery, attempt_is_left = _begin(delivery_id)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return Outcome.NOT_DUE
        raise
    if delivery is None:
        return Outcome.NOT_DUE
    try:
        if not attempt_is_left:
            raise TimeoutError("the last attempt never came back")
        subscriber = find_subscriber(delivery.subscriber)
        if subscriber is None:
            raise LookupError(f"the code has no subscriber {delivery.subscriber}")
        run = _run_inside if subscriber.kind is Kind.INNER else _run_outside
        return run(subscriber, delivery)
    except Exception as error:  # noqa: BLE001 - a subscriber may fail in any way; its row tells
        _record_failure(delivery, error)
        return Outcome.FAILED


@transaction.atomic
def _begin(delivery_id: UUID) -> tuple[Delivery | None, bool]:
    # Not SKIP LOCKED: who looked at the row an instant ago holds it for an instant more, though it
    # was not due any longer, and this delivery would be left lying.
    due = Delivery.objects.due(now=timezone.now()).filter(public_id=delivery_id)
    delivery = next(iter(due.select_related("event").defer("event__origin").locked()), None)
    if delivery is None:
        return None, False
    if delivery.attempts >= settings.EVENTS_MAX_ATTEMPTS:
        return delivery, False
    subscriber = find_subscriber(delivery.subscriber)
    leaves = subscriber is not None and subscriber.kind is Kind.EXTERNAL
    pause = lease_of() if leaves else pause_after(delivery.attempts + 1)
    delivery.begin_attempt(next_at=timezone.now() + pause)
    return delivery, True


@transaction.atomic
def _run_inside(subscriber: Subscriber, delivery: Delivery) -> Outcome:
    """Effect and mark are one transaction. Its row lock is the lease: it ends with the process."""
    if not _is_still_ours(delivery):
        return Outcome.NOT_DUE
    _run(subscriber, delivery)
    delivery.mark_done(now=timezone.now())
    return Outcome.DONE


def _run_outside(subscriber: Subscriber, delivery: Delivery) -> Outcome:
    _run(subscriber, delivery)
    _finish(delivery)
    return Outcome.DONE


def _run(subscriber: Subscriber, delivery: Delivery) -> None:
    with bound_request_id(delivery.event.request_id):
        subscriber.handle(delivery)


@transaction.atomic
def _finish(delivery: Delivery) -> None:
    # Even when the lease has lapsed meanwhile and another attempt is on its way: the effect is
    # there, and its idempotency key keeps the other from having one.
    for row in Delivery.objects.pending().filter(pk=delivery.pk).locked():
        row.mark_done(now=timezone.now())


def _is_still_ours(delivery: Delivery) -> bool:
    """Whether no later attempt has begun. Locks the row when that is so."""
    mine = Delivery.objects.pending().filter(pk=delivery.pk, attempts=delivery.attempts)
    return bool(mine.locked())


@transaction.atomic
def _record_failure(delivery: Delivery, error: Exception) -> None:
    if not _is_still_ours(delivery):
        return
    delivery.mark_failed(
        error=f"{type(error).__name__}: {error}",
        now=timezone.now(),
        pause=pause_after(max(delivery.attempts, 1)),
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
