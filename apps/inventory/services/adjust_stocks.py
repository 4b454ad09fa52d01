"""Many shelves were counted."""

from collections.abc import Sequence

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory import ledger
from apps.inventory.counts import StockCount
from apps.inventory.errors import BelowReserved, InvalidQuantity, NotInStore, StockChanged
from apps.inventory.events import StockAdjusted
from apps.inventory.models import MOST_ON_HAND, StockItem, StockMovement, Warehouse
from apps.inventory.services.ensure_warehouse import ensure_warehouse
from apps.inventory.services.sync_availability import sync_availability
from apps.inventory.thresholds import low_after
from apps.stores.models import Store

_Places = list[tuple[int, Warehouse]]


@requires_transaction
def adjust_stocks(
    *, store: Store, counts: Sequence[StockCount], reason: str, by: Actor
) -> list[StockItem]:
    """This function will set what warehouses have of variants, all of them or none.

    It is for a few hundred at once, each of a place of its own, and does and refuses what
    `adjust_stock` does for each. Returns the rows in the order of the counts.

    Raises:
        InvalidQuantity: below zero, or more than a warehouse can hold.
        StockChanged: one is not, any more, what the one who counted believed.
        BelowReserved: more has been promised to buyers than would be left of one.
        NotInStore: a variant or a warehouse belongs to another store.
    """
    default = ensure_warehouse(store=store, by=by)
    places = [(one.variant.pk, one.warehouse or default) for one in counts]
    _require_ours(store, counts, places)
    found = _opened(store, counts, places)
    items = [found[variant, warehouse.pk] for variant, warehouse in places]
    for item, count in zip(items, counts, strict=True):
        _require_possible(item, count)
    changes = {
        item: count.quantity - item.on_hand
        for item, count in zip(items, counts, strict=True)
        if count.quantity != item.on_hand
    }
    if changes:
        ledger.move(changes=changes, kind=StockMovement.Kind.ADJUSTED, by=by, note=reason)
        sync_availability(variant_ids=[item.variant_id for item in changes], by=by)
        facts = [StockAdjusted.of(item, quantity=change) for item, change in changes.items()]
        low = low_after([(item, -change) for item, change in changes.items()])
        events.publish(*facts, *low, store=store, by=by)
    return items


def _require_ours(store: Store, counts: Sequence[StockCount], places: _Places) -> None:
    if any(one.variant.store_id != store.pk for one in counts):
        raise NotInStore
    if any(warehouse.store_id != store.pk for _, warehouse in places):
        raise NotInStore


def _opened(
    store: Store, counts: Sequence[StockCount], places: _Places
) -> dict[tuple[int, int], StockItem]:
    """All rows of the variants, locked; those that are missing are made."""
    rows = StockItem.objects.of_variants([variant for variant, _ in places])
    locked = {(row.variant_id, row.warehouse_id): row for row in rows.locked()}
    missing = [
        StockItem(store=store, variant=count.variant, warehouse=warehouse)
        for count, (variant, warehouse) in zip(counts, places, strict=True)
        if (variant, warehouse.pk) not in locked
    ]
    if not missing:
        return locked
    StockItem.objects.bulk_create(missing, ignore_conflicts=True)
    return {(row.variant_id, row.warehouse_id): row for row in rows.locked()}


def _require_possible(item: StockItem, count: StockCount) -> None:
    if not 0 <= count.quantity <= MOST_ON_HAND:
        raise InvalidQuantity
    if item.on_hand != count.expected:
        raise StockChanged(expected_on_hand=count.expected, on_hand=item.on_hand)
    if count.quantity < item.reserved:
        raise BelowReserved(quantity=count.quantity, reserved=item.reserved)
