"""Holding goods for a buyer."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from apps.catalog.models import Variant
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory import ledger, locking
from apps.inventory.allocation import Demand, Missing, Shelf, allocate, total_demand
from apps.inventory.errors import OutOfStock, Shortage
from apps.inventory.events import ReservationCreated, lines_of
from apps.inventory.models import Reservation, StockItem
from apps.inventory.services.sync_availability import sync_availability
from apps.inventory.thresholds import low_after
from apps.stores.models import Store


@requires_transaction
def reserve_stock(
    *, store: Store, lines: Iterable[Demand], reference: UUID, expires_at: datetime, by: Actor
) -> list[Reservation]:
    """This function will hold goods under a reference until `expires_at`, all lines or none.

    Ask for everything a reference needs in one call. The locks of the stock rows are kept until
    the caller's transaction ends.

    Raises:
        OutOfStock: there is less of a variant than the lines ask for together.
    """
    demand = total_demand(lines)
    take = partial(
        _take, store=store, demand=demand, reference=reference, expires_at=expires_at, by=by
    )
    reserve = locking.chosen_strategy()
    return reserve(store=store, variant_ids=demand.keys(), take=take)


def _take(
    rows: Sequence[StockItem],
    *,
    store: Store,
    demand: Mapping[int, int],
    reference: UUID,
    expires_at: datetime,
    by: Actor,
) -> list[Reservation]:
    allocation = allocate(demand=demand, shelves=map(_shelf, rows))
    if allocation.missing:
        raise OutOfStock(_shortages(allocation.missing))
    reservations = ledger.hold(
        store=store, seen=rows, taken=allocation.taken, reference=reference, expires_at=expires_at
    )
    sync_availability(variant_ids=_sold_out(rows), by=by)
    lines = lines_of(rows, allocation.taken)
    taken = [(row, allocation.taken.get(row.pk, 0)) for row in rows]
    events.publish(
        ReservationCreated(aggregate_id=reference, lines=lines, expires_at=expires_at),
        *low_after(taken),
        store=store,
        by=by,
    )
    return reservations


def _shelf(item: StockItem) -> Shelf:
    return Shelf(
        item_id=item.pk,
        variant_id=item.variant_id,
        priority=item.warehouse.priority,
        available=item.available,
    )


def _sold_out(rows: Sequence[StockItem]) -> list[int]:
    """The variants of which nothing is left in these rows."""
    left: Counter[int] = Counter()
    for row in rows:
        left[row.variant_id] += row.available
    return [variant_id for variant_id, available in left.items() if available == 0]


def _shortages(missing: Sequence[Missing]) -> list[Shortage]:
    variants = Variant.with_deleted.filter(pk__in=[one.variant_id for one in missing])
    skus = dict(variants.values_list("pk", "sku"))
    return [
        Shortage(sku=skus[one.variant_id], requested=one.requested, available=one.available)
        for one in missing
    ]
