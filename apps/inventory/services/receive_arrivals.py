"""Goods of many variants arrive, of which there may be some."""

from collections.abc import Sequence
from uuid import UUID

from apps.core.constraints import refined
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory import ledger
from apps.inventory.arrivals import Arrival
from apps.inventory.errors import AlreadyMoved, InvalidQuantity
from apps.inventory.events import StockReceived
from apps.inventory.models import MOST_ON_HAND, StockItem, StockMovement
from apps.inventory.services.open_stocks import open_stocks
from apps.inventory.services.sync_availability import sync_availability
from apps.stores.models import Store


@requires_transaction
def receive_arrivals(
    *, store: Store, arrivals: Sequence[Arrival], by: Actor, reference: UUID | None = None
) -> list[StockItem]:
    """This function will add goods to what warehouses have of variants, all of them or none.

    It is for a few hundred at once, each for a place of its own, and does and refuses what
    `receive_stock` does for each. Under a `reference` a warehouse receives of a variant once.
    Returns the rows in the order of the arrivals.

    Raises:
        InvalidQuantity: less than one, or more than a warehouse can hold.
        NotInStore: a variant or a warehouse belongs to another store.
        TooMuchStock: a warehouse would hold more than it can.
        AlreadyMoved: one was received under this reference.
    """
    if not all(1 <= one.quantity <= MOST_ON_HAND for one in arrivals):
        raise InvalidQuantity
    places = [(one.variant, one.warehouse) for one in arrivals]
    found = open_stocks(store=store, places=places)
    items = [found[place] for place in places]
    with refined({"movement_once_for_each_reference": AlreadyMoved}):
        ledger.move(
            changes={item: one.quantity for item, one in zip(items, arrivals, strict=True)},
            kind=StockMovement.Kind.RECEIVED,
            by=by,
            reference=reference,
            notes={item: one.note for item, one in zip(items, arrivals, strict=True)},
        )
    sync_availability(variant_ids=[item.variant_id for item in items], by=by)
    facts = [
        StockReceived.of(item, quantity=one.quantity)
        for item, one in zip(items, arrivals, strict=True)
    ]
    events.publish(*facts, store=store, by=by)
    return items
