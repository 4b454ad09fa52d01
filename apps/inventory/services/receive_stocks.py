"""Goods of many variants arrive."""

from collections.abc import Mapping
from uuid import UUID

from apps.catalog import services as catalog
from apps.catalog.models import Variant
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory import ledger
from apps.inventory.errors import InvalidQuantity, NotInStore
from apps.inventory.events import StockReceived
from apps.inventory.models import MOST_ON_HAND
from apps.inventory.services.ensure_warehouse import ensure_warehouse
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
    ids = ledger.open_with(
        warehouse=warehouse,
        quantities={variant.pk: quantity for variant, quantity in quantities.items()},
        by=by,
        reference=reference,
        note=note,
    )
    hidden = [variant.pk for variant in quantities if not variant.in_stock]
    if hidden:
        catalog.record_availability(in_stock=hidden, out_of_stock=[], by=by)
    facts = [
        StockReceived(
            aggregate_id=ids[variant.pk],
            variant_id=variant.public_id,
            sku=variant.sku,
            warehouse=warehouse.code,
            quantity=quantity,
            on_hand=quantity,
        )
        for variant, quantity in quantities.items()
    ]
    events.publish(*facts, store=store, by=by)
