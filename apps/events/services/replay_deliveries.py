"""Telling a subscriber of events again, or of events from before it was there."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from apps.events.models import Delivery, OutboxEvent, OutboxEventQuerySet
from apps.events.registry import event_name_of

_BATCH = 500


@dataclass(frozen=True)
class Replayed:
    """What a replay does: deliveries that did not exist, and those that are made once more."""

    created: int = 0
    repeated: int = 0


def replay_deliveries(*, events: OutboxEventQuerySet, subscriber: str) -> Replayed:
    """This function will have a subscriber hear of all those among `events` that it listens to.

    Missing deliveries are made; done and dead ones begin anew under the same public id, so whoever
    remembers that id has no second effect. Everybody else has: what is done once for each delivery
    is done once more. Pending ones, and what is published meanwhile, are left as they are.

    Raises:
        UnknownSubscriber: the code has none of that name.
    """
    created = repeated = 0
    for batch in _batches(events.filter(name=event_name_of(subscriber))):
        with transaction.atomic():
            repeated += _repeat(batch, subscriber)
            created += _create_missing(batch, subscriber)
    return Replayed(created=created, repeated=repeated)


def _batches(events: OutboxEventQuerySet) -> Iterator[list[int]]:
    done, last = 0, events.aggregate(last=Max("pk"))["last"] or 0
    while done < last:
        left = events.filter(pk__gt=done, pk__lte=last).order_by("pk")
        batch = list(left.values_list("pk", flat=True)[:_BATCH])
        if not batch:
            return
        yield batch
        done = batch[-1]


def _repeat(event_ids: list[int], subscriber: str) -> int:
    there = Delivery.objects.filter(event__in=event_ids, subscriber=subscriber)
    ended = there.exclude(state=Delivery.State.PENDING).locked()
    return Delivery.objects.filter(pk__in=[one.pk for one in ended]).revive(now=timezone.now())


def _create_missing(event_ids: list[int], subscriber: str) -> int:
    there = Delivery.objects.filter(event__in=event_ids, subscriber=subscriber)
    missing = set(event_ids) - set(there.values_list("event_id", flat=True))
    made = [
        Delivery(event=event, subscriber=subscriber)
        for event in OutboxEvent.objects.filter(pk__in=missing).order_by("pk")
    ]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)
