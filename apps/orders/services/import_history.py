"""Years of another shop: what was sold there, and what came back."""

from collections.abc import Iterable, Sequence
from itertools import chain

from apps.core.transactions import requires_transaction
from apps.events.actors import Actor
from apps.inventory import services as inventory
from apps.inventory.past import PastMovement
from apps.orders.models import Order, PastReturn
from apps.orders.past import PastCredit, PastOrder
from apps.orders.services.write_past_orders import sales_of, write_past_orders
from apps.orders.services.write_past_returns import returned_by, write_past_returns
from apps.stores.models import Store


@requires_transaction
def import_history(
    *,
    store: Store,
    source: str,
    orders: Sequence[PastOrder] = (),
    returns: Sequence[PastCredit] = (),
    adjustments: Iterable[PastMovement] = (),
    by: Actor,
) -> tuple[list[Order], list[PastReturn]]:
    """This function will write orders and returns of another shop as history, some hundred at a
    time. A return may be of an order that comes with it.

    Orders get a number of ours and keep theirs beside it; their public ids sort by when they were
    placed. Nothing is reserved, charged, invoiced or mailed, and what is on hand stays, whatever
    moved (`inventory.import_movements`). Returns the orders, and of each return its first line, in
    the order given.

    Raises:
        OrderImportedAlready: one is known from this source; nothing was written.
        OrderNumberTaken: a number that was made up is another order's; nothing was written.
        ProductUnavailable: a product was deleted meanwhile.
    """
    rows = write_past_orders(store=store, source=source, orders=orders, by=by)
    firsts = write_past_returns(store=store, source=source, returns=returns, by=by)
    moved = chain(sales_of(rows, orders), returned_by(firsts, returns), adjustments)
    inventory.import_movements(store=store, movements=moved, by=by)
    return rows, firsts
