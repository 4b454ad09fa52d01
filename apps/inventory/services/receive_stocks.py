"""Goods of many variants arrive."""

from collections.abc import Mapping
from uuid import UUID

from apps.catalog.models import Variant
from apps.core.constraints import refined
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory import ledger
from apps.inventory.errors import InvalidQuantity, NotInStore, StockOpened
from apps.inventory.events import StockReceived
from apps.inventory.models import MOST_ON_HAND, StockItem, StockMovement
from apps.inventory.services.ensure_warehouse import ensure_warehouse
from apps.inventory.services.sync_availability import sync_availability
from apps.stores.models import Store


@requires_transaction
def receive_stocks(
    *,
    store: Store,
    quantities: Mapping[Variant, int],
    by: Actor,
    note: str = "",
    reference: UUID | None = None,
) -> None:
    """This function will receive variants that have no stock yet in the store's default warehouse.

    It is for a few hundred at once, and does and refuses what `receive_stock` does for each. Under
    a `reference` a warehouse receives of a variant once.

    Raises:
        InvalidQuantity: less than one, or more than a warehouse can hold.
        NotInStore: a variant belongs to another store.
        StockOpened: somebody has received some of it meanwhile.
    """
    if not all(1 <= quantity <= MOST_ON_HAND for quantity in quantities.values()):
        raise InvalidQuantity
    if any(variant.store_id != store.pk for variant in quantities):
        raise NotInStore
    warehouse = ensure_warehouse(store=store, by=by)
    ordered = sorted(quantities, key=lambda variant: variant.pk)
    items = [StockItem(store=store, variant=one, warehouse=warehouse) for one in ordered]
    with refined({"stock_once_for_variant_and_warehouse": StockOpened}):
        StockItem.objects.bulk_create(items)
    changes = {item: quantities[item.variant] for item in items}
    kind = StockMovement.Kind.RECEIVED
    ledger.move(changes=changes, kind=kind, by=by, reference=reference, note=note)
    sync_availability(variant_ids=[one.pk for one in ordered], by=by)
    facts = [StockReceived.of(item, quantity=quantity) for item, quantity in changes.items()]
    events.publish(*facts, store=store, by=by)
