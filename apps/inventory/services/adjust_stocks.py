"""Many shelves were counted."""

from collections.abc import Sequence
from uuid import UUID

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory import ledger
from apps.inventory.counts import StockCount
from apps.inventory.events import StockAdjusted
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.services.ensure_warehouse import ensure_warehouse
from apps.inventory.services.open_stocks import open_stocks
from apps.inventory.services.sync_availability import sync_availability
from apps.inventory.thresholds import low_after
from apps.stores.models import Store


@requires_transaction
def adjust_stocks(
    *,
    store: Store,
    counts: Sequence[StockCount],
    reason: str,
    by: Actor,
    reference: UUID | None = None,
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
    places = [(one.variant, one.warehouse or default) for one in counts]
    found = open_stocks(store=store, places=places)
    items = [found[place] for place in places]
    for item, count in zip(items, counts, strict=True):
        count.require_possible(item)
    changes = {
        item: count.quantity - item.on_hand
        for item, count in zip(items, counts, strict=True)
        if count.quantity != item.on_hand
    }
    if changes:
        kind = StockMovement.Kind.ADJUSTED
        ledger.move(changes=changes, kind=kind, by=by, note=reason, reference=reference)
        sync_availability(variant_ids=[item.variant_id for item in changes], by=by)
        facts = [StockAdjusted.of(item, quantity=change) for item, change in changes.items()]
        low = low_after([(item, -change) for item, change in changes.items()])
        events.publish(*facts, *low, store=store, by=by)
    return items
