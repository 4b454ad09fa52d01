"""Undoing the import of an order, a credit or a correction."""

from apps.core.transactions import requires_transaction
from apps.interchange.errors import ChangedSince
from apps.interchange.kinds import Import
from apps.interchange.models import ImportRow
from apps.orders import services as orders
from apps.orders.models import Order, PastReturn
from apps.orders.past_errors import OrderTouched

_STAYS = "Its movements stay in the ledger, where they change nothing."


@requires_transaction
def revert_history(row: ImportRow, *, run: Import) -> str:
    """This function will withdraw an order, or a credit, that was imported: it counts for nothing,
    and the right file may follow. People and products that came with it stay.

    Raises:
        ChangedSince: staff have worked on the order since, or it is gone.
    """
    if row.target is None:
        raise ChangedSince
    if Order.objects.for_store(run.store).filter(public_id=row.target).exists():
        try:
            orders.withdraw_order(
                store=run.store,
                order_id=row.target,
                expected_version=row.version or 1,
                by=run.by,
                now=run.now,
            )
        except OrderTouched as error:
            raise ChangedSince from error
    elif PastReturn.objects.for_store(run.store).filter(public_id=row.target).exists():
        orders.withdraw_return(store=run.store, return_id=row.target, by=run.by, now=run.now)
    return _STAYS
