"""Telling other systems what has happened, in the order of the feed."""

import time
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.events.broker import broker_line
from apps.events.models import FeedReader, OutboxEvent

ANNOUNCER = "announcer"
_BATCH = 200
# Well above the longest run, and not by much: who dies meanwhile keeps the others waiting.
_LEASE = timedelta(seconds=45)


def announce_events(*, seconds: float = 10) -> int:
    """This function will publish events to `tradepost.events`, until all are or the time is up.

    One process at a time does so, so that they leave in the order of their positions; another one
    returns at once. What is not known to have arrived is published again: at least once, each with
    the event's id. Returns how many were published.

    Raises:
        BrokerAway: some could not be published; the next run begins with the first of them.
    """
    deadline = time.monotonic() + seconds
    reader, _ = FeedReader.objects.get_or_create(name=ANNOUNCER)
    if not _following(reader).exists():
        return 0
    held = _take()
    if held is None:
        return 0
    announced = 0
    try:
        while time.monotonic() < deadline:
            batch = list(_following(held)[:_BATCH])
            published = _publish(batch, reader=held, deadline=deadline) if batch else 0
            announced += published
            if not published:
                break
    finally:
        held.give_back()
    return announced


def _following(reader: FeedReader) -> QuerySet[OutboxEvent]:
    return OutboxEvent.objects.filter(position__gt=reader.position).order_by("position")


@transaction.atomic
def _take() -> FeedReader | None:
    now = timezone.now()
    free = FeedReader.objects.free(now=now).filter(name=ANNOUNCER).locked(skip_locked=True)
    for reader in free:
        reader.lease(until=now + _LEASE)
    return next(iter(free), None)


def _publish(batch: list[OutboxEvent], *, reader: FeedReader, deadline: float) -> int:
    """How many were published: none once the lease is somebody else's."""
    published = 0
    try:
        with broker_line() as line:
            for event in batch:
                if time.monotonic() >= deadline:
                    break
                line.announce(event)
                published += 1
    finally:
        kept = published == 0 or reader.advance(to=batch[published - 1].position or 0)
    return published if kept else 0
