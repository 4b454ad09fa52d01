"""Undoing what an import did to one stock row."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.core.transactions import requires_transaction
from apps.interchange.errors import ChangedSince, NotRevertible
from apps.interchange.kinds import Import
from apps.interchange.models import ImportRow
from apps.inventory import services as inventory
from apps.inventory.models import StockItem


@requires_transaction
def revert_on_hand(
    row: ImportRow, *, run: Import, earlier: Callable[[Mapping[str, Any]], int], reason: str
) -> str:
    """This function will set a stock row back to what it had `earlier`, by what the import kept.

    Raises:
        ChangedSince: it was sold, received or counted since.
        NotRevertible: what it was is not kept any more.
        BelowReserved: more is reserved by now.
    """
    found = StockItem.objects.for_store(run.store).described().filter(public_id=row.target)
    item = found.first()
    if row.before is None:
        raise NotRevertible("What it was before is not kept any more.")
    if item is None or item.version != row.version:
        raise ChangedSince
    inventory.adjust_stock(
        store=run.store,
        variant=item.variant,
        warehouse=item.warehouse,
        quantity=earlier(row.before),
        expected_on_hand=row.before["after"],
        reason=reason,
        by=run.by,
    )
    return ""
