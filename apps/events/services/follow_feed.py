"""Reading the feed from where one's reader has come to, by one process at a time."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps.events.models import FeedReader, OutboxEvent, OutboxEventQuerySet

Deal = Callable[[list[OutboxEvent]], Iterator[OutboxEvent]]

_BATCH = 200
# Well above the longest run, and not by much: who dies meanwhile keeps the others waiting.
_LEASE = timedelta(seconds=45)


def follow_feed(*, reader: str, deal: Deal, seconds: float) -> int:
    """This function will have `deal` deal with what a reader has not read, until all is or the
    time is up.

    `deal` is given events in the order of their positions and yields each that it is done with.
    One process at a time reads for a reader: another one returns at once. The reader moves to the
    last that was done with, even when `deal` fails at the next: what it is not known to be done
    with comes again. Returns how many were done with.
    """
    deadline = time.monotonic() + seconds
    known, _ = FeedReader.objects.get_or_create(name=reader)
    if not _following(known).exists():
        return 0
    held = _take(reader)
    if held is None:
        return 0
    dealt_with = 0
    try:
        while time.monotonic() < deadline:
            batch = list(_following(held)[:_BATCH])
            done = _deal_with(batch, deal, reader=held, deadline=deadline) if batch else 0
            dealt_with += done
            if not done:
                break
    finally:
        held.give_back()
    return dealt_with


def _following(reader: FeedReader) -> OutboxEventQuerySet:
    return OutboxEvent.objects.filter(position__gt=reader.position).order_by("position")


@transaction.atomic
def _take(name: str) -> FeedReader | None:
    now = timezone.now()
    free = FeedReader.objects.free(now=now).filter(name=name).locked(skip_locked=True)
    for reader in free:
        reader.lease(until=now + _LEASE)
    return next(iter(free), None)


def _deal_with(batch: list[OutboxEvent], deal: Deal, *, reader: FeedReader, deadline: float) -> int:
    """How many were done with: none once the lease is somebody else's."""
    done = 0
    try:
        with closing(deal(batch)) as each:  # type: ignore[type-var]
            for _ in each:
                done += 1
                if time.monotonic() >= deadline:
                    break
    finally:
        kept = done == 0 or reader.advance(to=batch[done - 1].position or 0)
    return done if kept else 0
