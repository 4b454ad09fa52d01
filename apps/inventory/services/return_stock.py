"""Sold goods that never left, or came back."""

from uuid import UUID

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory import ledger
from apps.inventory.events import StockReturned, lines_of
from apps.inventory.models import Reservation, StockItem, StockMovement
from apps.inventory.services.sync_availability import sync_availability
from apps.stores.models import Store

_RETURNED = StockMovement.Kind.RETURNED


@requires_transaction
def return_stock(*, store: Store, reference: UUID, by: Actor) -> int:
    """This function will put what was sold under a reference back where it came from, once.

    Returns how many stock rows got goods back: 0 when they had before, or nothing was sold.
    """
    sold = Reservation.objects.for_store(store).of(reference).committed().locked()
    if not sold or StockMovement.objects.filter(reference=reference, kind=_RETURNED).exists():
        return 0
    quantities = {row.stock_item_id: row.quantity for row in sold}
    items = StockItem.objects.described().filter(pk__in=quantities).locked()
    refilled = [item.variant_id for item in items if item.available == 0]
    changes = {item: quantities[item.pk] for item in items}
    ledger.move(changes=changes, kind=_RETURNED, by=by, reference=reference)
    sync_availability(variant_ids=refilled, by=by)
    lines = lines_of(items, quantities)
    events.publish(StockReturned(aggregate_id=reference, lines=lines), store=store, by=by)
    return len(items)
