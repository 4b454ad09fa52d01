"""The goods are not wanted after all."""

from uuid import UUID

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory import ledger
from apps.inventory.events import ReservationReleased, lines_of
from apps.inventory.models import Reservation, StockItem
from apps.inventory.services.sync_availability import sync_availability
from apps.stores.models import Store


@requires_transaction
def release_stock(*, store: Store, reference: UUID, by: Actor) -> int:
    """This function will stop holding goods under a reference.

    Returns how many reservations ended: 0 when there was none, which is no error.
    """
    reservations = Reservation.objects.for_store(store).of(reference).active().locked()
    if not reservations:
        return 0
    quantities = {row.stock_item_id: row.quantity for row in reservations}
    items = StockItem.objects.described().filter(pk__in=quantities).locked()
    ledger.release(reservations=reservations)
    refilled = [item.variant_id for item in items if item.available == 0]
    sync_availability(variant_ids=refilled, by=by)
    lines = lines_of(items, quantities)
    events.publish(ReservationReleased(aggregate_id=reference, lines=lines), store=store, by=by)
    return len(reservations)
