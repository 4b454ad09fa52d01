"""Ending kept answers by what stands in the feed."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from apps.core import answer_cache
from apps.events.models import OutboxEvent
from apps.events.outdating import Fact, tags_of
from apps.events.services.follow_feed import follow_feed

FORGETTER = "forgetter"
# No answer from before is left: none is kept for as long.
_OLD = timedelta(days=1)


def forget_answers(*, seconds: float = 10) -> int:
    """This function will end the answers that events have made old, where whoever published them
    could not: its process ended after the commit, or Redis was away.

    Returns how many events were read.

    Raises:
        CacheAway: Redis does not answer; the next run begins where this one has stopped.
    """
    return follow_feed(reader=FORGETTER, deal=_forget, seconds=seconds)


def _forget(batch: list[OutboxEvent]) -> Iterator[OutboxEvent]:
    since = timezone.now() - _OLD
    tags_by_event = {
        event.public_id: tags
        for event in batch
        if event.created_at > since and (tags := _tags(event))
    }
    untold = answer_cache.not_told(tags_by_event)
    answer_cache.outdate({tag for event in untold for tag in tags_by_event[event]}, told_by=untold)
    yield from batch


def _tags(event: OutboxEvent) -> set[str]:
    fact = Fact(
        aggregate_type=event.aggregate_type,
        aggregate_id=event.aggregate_id,
        store=event.store,
        actor=event.actor,
        payload=event.payload,
    )
    return tags_of(fact)
