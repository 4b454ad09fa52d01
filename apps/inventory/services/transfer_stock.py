"""Goods travel from one warehouse to another."""

from uuid import UUID

from django.db import transaction

from apps.catalog.models import Variant
from apps.core.constraints import refined
from apps.core.ids import uuid7
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory import ledger
from apps.inventory.errors import AlreadyMoved, InvalidQuantity, OutOfStock, SameWarehouse, Shortage
from apps.inventory.events import StockTransferred
from apps.inventory.models import MOST_ON_HAND, StockItem, StockMovement, Warehouse
from apps.inventory.services.open_stock import open_stock
from apps.inventory.thresholds import low_after
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def transfer_stock(
    *,
    store: Store,
    variant: Variant,
    quantity: int,
    source: Warehouse,
    destination: Warehouse,
    by: Actor,
    note: str = "",
    reference: UUID | None = None,
) -> tuple[StockItem, StockItem]:
    """This function will move what nobody has reserved from one warehouse to another.

    Under a `reference` it does so once. Returns the two stock rows, source first.

    Raises:
        InvalidQuantity: less than one, or more than a warehouse can hold.
        SameWarehouse: source and destination are one.
        NotInStore: the variant or a warehouse belongs to another store.
        OutOfStock: the source has less to give.
        TooMuchStock: the destination would hold more than it can.
        AlreadyMoved: it was done under this reference.
    """
    if not 1 <= quantity <= MOST_ON_HAND:
        raise InvalidQuantity
    if source == destination:
        raise SameWarehouse
    given, _ = open_stock(store=store, variant=variant, warehouse=source, by=by)
    taken, _ = open_stock(store=store, variant=variant, warehouse=destination, by=by)
    if given.available < quantity:
        short = Shortage(sku=variant.sku, requested=quantity, available=given.available)
        raise OutOfStock([short])
    # What all warehouses have together stays the same, so the catalogue need not know.
    changes = {given: -quantity, taken: quantity}
    kind = StockMovement.Kind.TRANSFERRED
    with refined({"movement_once_for_each_reference": AlreadyMoved}):
        ledger.move(changes=changes, kind=kind, by=by, reference=reference or uuid7(), note=note)
    halves = [StockTransferred.of(item, quantity=change) for item, change in changes.items()]
    events.publish(*halves, *low_after([(given, quantity)]), store=store, by=by)
    return given, taken
