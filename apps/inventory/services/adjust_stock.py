"""The shelf was counted, and the number was wrong."""

from django.db import transaction

from apps.catalog.models import Variant
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory.errors import BelowReserved, InvalidQuantity, StockChanged
from apps.inventory.events import StockAdjusted
from apps.inventory.models import MOST_ON_HAND, StockItem, StockMovement, Warehouse
from apps.inventory.services.move_stock import move_stock
from apps.inventory.services.open_stock import open_stock
from apps.inventory.thresholds import low_after
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def adjust_stock(
    *,
    store: Store,
    variant: Variant,
    quantity: int,
    expected_on_hand: int,
    reason: str,
    by: Actor,
    warehouse: Warehouse | None = None,
) -> StockItem:
    """This function will set what a warehouse (the default one) has of a variant.

    A count that confirms the number leaves no trace.

    Raises:
        InvalidQuantity: below zero, or more than a warehouse can hold.
        StockChanged: it is not, any more, what the one who counted believed.
        BelowReserved: more has been promised to buyers than would be left.
        NotInStore: the variant or the warehouse belongs to another store.
    """
    if not 0 <= quantity <= MOST_ON_HAND:
        raise InvalidQuantity
    item, rows = open_stock(store=store, variant=variant, warehouse=warehouse, by=by)
    if item.on_hand != expected_on_hand:
        raise StockChanged(expected_on_hand=expected_on_hand, on_hand=item.on_hand)
    if quantity < item.reserved:
        raise BelowReserved(quantity=quantity, reserved=item.reserved)
    change = quantity - item.on_hand
    if change:
        kind = StockMovement.Kind.ADJUSTED
        move_stock(item=item, rows=rows, quantity=change, kind=kind, by=by, note=reason)
        adjusted = StockAdjusted.of(item, quantity=change)
        events.publish(adjusted, *low_after([(item, -change)]), store=store, by=by)
    return item
