"""What receiving, counting and transferring have in common."""

from collections.abc import Sequence
from uuid import UUID

from apps.core.transactions import requires_transaction
from apps.events.actors import Actor
from apps.inventory import ledger
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.services.sync_availability import sync_availability


@requires_transaction
def move_stock(
    *,
    item: StockItem,
    rows: Sequence[StockItem],
    quantity: int,
    kind: StockMovement.Kind,
    by: Actor,
    note: str,
    reference: UUID | None = None,
) -> None:
    """This function will add a signed quantity to a row, given all locked rows of its variant.

    Raises:
        TooMuchStock: the row would hold more than it can.
    """
    before = sum(row.available for row in rows)
    ledger.move(changes={item: quantity}, kind=kind, by=by, note=note, reference=reference)
    if 0 in {before, before + quantity}:
        sync_availability(variant_ids=[item.variant_id], by=by)
