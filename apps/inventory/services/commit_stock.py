"""The goods are sold."""

from uuid import UUID

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory import ledger
from apps.inventory.errors import ReservationLost
from apps.inventory.events import ReservationCommitted, lines_of
from apps.inventory.models import Reservation, StockItem
from apps.stores.models import Store


@requires_transaction
def commit_stock(*, store: Store, reference: UUID, by: Actor) -> None:
    """This function will take what is held under a reference out of the warehouses, for good.

    Raises:
        ReservationLost: nothing is held under it any more.
    """
    reservations = Reservation.objects.for_store(store).of(reference).active().locked()
    if not reservations:
        raise ReservationLost
    quantities = {row.stock_item_id: row.quantity for row in reservations}
    items = StockItem.objects.described().filter(pk__in=quantities).locked()
    ledger.sell(reservations=reservations, by=by)
    lines = lines_of(items, quantities)
    events.publish(ReservationCommitted(aggregate_id=reference, lines=lines), store=store, by=by)
