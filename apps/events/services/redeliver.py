"""Trying a delivery again that had been given up."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.events.actors import Actor
from apps.events.events import DeliveryRevived
from apps.events.models import Delivery
from apps.events.services.publish_events import publish

_BATCH = 500


@dataclass
class _Store:
    public_id: UUID


def redeliver(*, delivery_ids: Collection[int], by: Actor = None) -> int:
    """This function will have dead deliveries tried again from the first attempt.

    Others among `delivery_ids` (primary keys) are left as they are. Returns how many it revived.
    """
    ids = sorted(delivery_ids)
    return sum(_revive(ids[first : first + _BATCH], by) for first in range(0, len(ids), _BATCH))


@transaction.atomic
def _revive(ids: list[int], by: Actor) -> int:
    dead = Delivery.objects.dead().filter(pk__in=ids).select_related("event").locked()
    told = defaultdict(list)
    for one in dead:
        event = one.event
        revived = DeliveryRevived(
            aggregate_id=one.public_id, subscriber=one.subscriber, event_id=event.public_id
        )
        told[event.store].append(revived)
    for store, facts in told.items():
        publish(*facts, store=_Store(store), by=by)
    return Delivery.objects.filter(pk__in=[one.pk for one in dead]).revive(now=timezone.now())
