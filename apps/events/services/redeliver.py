"""Trying a delivery again that had been given up."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from apps.events.models import Delivery

_BATCH = 500


def redeliver(*, delivery_ids: Collection[int]) -> int:
    """This function will have dead deliveries tried again from the first attempt.

    Others among `delivery_ids` (primary keys) are left as they are. Returns how many it revived.
    """
    ids = sorted(delivery_ids)
    return sum(_revive(ids[first : first + _BATCH]) for first in range(0, len(ids), _BATCH))


@transaction.atomic
def _revive(ids: list[int]) -> int:
    dead = Delivery.objects.dead().filter(pk__in=ids).locked()
    return Delivery.objects.filter(pk__in=[one.pk for one in dead]).revive(now=timezone.now())
