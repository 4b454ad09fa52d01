"""Goods arrive."""

from uuid import UUID

from django.db import transaction

from apps.catalog.models import Variant
from apps.core.constraints import refined
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory.errors import AlreadyMoved, InvalidQuantity
from apps.inventory.events import StockReceived
from apps.inventory.models import MOST_ON_HAND, StockItem, StockMovement, Warehouse
from apps.inventory.services.move_stock import move_stock
from apps.inventory.services.open_stock import open_stock
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def receive_stock(
    *,
    store: Store,
    variant: Variant,
    quantity: int,
    by: Actor,
    warehouse: Warehouse | None = None,
    note: str = "",
    reference: UUID | None = None,
) -> StockItem:
    """This function will add goods to what a warehouse (the default one) has of a variant.

    Under a `reference` a warehouse receives of a variant once.

    Raises:
        InvalidQuantity: less than one, or more than a warehouse can hold.
        NotInStore: the variant or the warehouse belongs to another store.
        TooMuchStock: the warehouse would hold more than it can.
        AlreadyMoved: it has received of it under this reference.
    """
    if not 1 <= quantity <= MOST_ON_HAND:
        raise InvalidQuantity
    item, rows = open_stock(store=store, variant=variant, warehouse=warehouse, by=by)
    kind = StockMovement.Kind.RECEIVED
    with refined({"movement_once_for_each_reference": AlreadyMoved}):
        move_stock(
            item=item, rows=rows, quantity=quantity, kind=kind, by=by, note=note,
            reference=reference,
        )  # fmt: skip
    events.publish(StockReceived.of(item, quantity=quantity), store=store, by=by)
    return item
