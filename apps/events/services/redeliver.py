"""Trying a delivery again that had been given up."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from apps.events.models import Delivery


@transaction.atomic
def redeliver(*, delivery_ids: Collection[int]) -> int:
    """This function will have dead deliveries tried again from the first attempt.

    Others among `delivery_ids` (primary keys) are left as they are. Returns how many it revived.
    """
    dead = Delivery.objects.filter(pk__in=delivery_ids, state=Delivery.State.DEAD).locked()
    for delivery in dead:
        delivery.revive(now=timezone.now())
    return len(dead)
