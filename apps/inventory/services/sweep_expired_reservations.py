"""Goods that nobody paid for in time."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.inventory import ledger
from apps.inventory.events import ReservationExpired
from apps.inventory.models import Reservation, StockItem
from apps.inventory.services.sync_availability import sync_availability
from apps.stores.models import Store

_BATCH = 50


def sweep_expired_reservations(
    *, now: datetime, most: int = 500, store: Store | None = None
) -> int:
    """This function will release what has been held past its time, reference by reference,
    in one store or in all.

    Any number of sweeps may run at once: what another one, or a buyer who is just paying, has
    locked is skipped. Each batch is a transaction of its own. Returns how many references ended.
    """
    swept, last = 0, 0
    rows = Reservation.objects.all() if store is None else Reservation.objects.for_store(store)
    while swept < most:
        heads = rows.expired(now=now).heads().filter(pk__gt=last)
        keys = list(heads.order_by("pk").values_list("pk", flat=True)[: min(_BATCH, most - swept)])
        if not keys:
            break
        swept += _sweep(keys, now=now)
        last = keys[-1]
    return swept


@retry_conflicts
@transaction.atomic
def _sweep(keys: Sequence[int], *, now: datetime) -> int:
    expired = Reservation.objects.expired(now=now).filter(pk__in=keys)
    # Everybody locks a reference's reservations in primary-key order, so whoever has the first of
    # them has them all.
    heads = expired.select_related("store").locked(skip_locked=True)
    if not heads:
        return 0
    references = [head.reference for head in heads]
    reservations = Reservation.objects.active().filter(reference__in=references).locked()
    items = StockItem.objects.filter(pk__in={row.stock_item_id for row in reservations}).locked()
    ledger.release(reservations=reservations)
    refilled = {item.variant_id for item in items if item.available == 0}
    sync_availability(variant_ids=refilled, by=None)
    heads.sort(key=attrgetter("store_id"))
    for store, ended in groupby(heads, key=attrgetter("store")):
        expirations = [ReservationExpired(aggregate_id=one.reference) for one in ended]
        events.publish(*expirations, store=store)
    return len(heads)
