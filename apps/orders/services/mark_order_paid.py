"""The money is there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.events.event import Event
from apps.inventory import services as inventory
from apps.orders.errors import OrderNotPayable
from apps.orders.events import OrderPaid
from apps.orders.models import Order, OrderLine
from apps.orders.services.change_state import change_state
from apps.orders.transitions import OrderState


@requires_transaction
def mark_order_paid(
    *, order: Order, by: Actor, now: datetime, along_with: Sequence[Event] = ()
) -> Order:
    """This function will make a pending order, which the caller has locked, a sale.

    Its reserved stock is committed. `along_with` are the caller's own events: they are published
    before `order.paid`, in the same statement.

    Raises:
        OrderNotPayable: it was paid, canceled or refunded already.
        ReservationLost: its stock went back to the shelf; nothing is changed.
    """
    if order.state != OrderState.PENDING:
        raise OrderNotPayable(state=order.state, wanted=OrderState.PAID)
    inventory.commit_stock(store=order.store, reference=order.public_id, by=by)
    changes = change_state(order=order, to=OrderState.PAID, by=by, now=now)
    events.publish(
        *along_with,
        OrderPaid.of(order, total=order.total, lines=_goods_of(order), changes=changes),
        store=order.store,
        by=by,
    )
    return order


def _goods_of(order: Order) -> list[dict[str, Any]]:
    rows = OrderLine.objects.filter(order=order).values_list(
        "variant__product__public_id", "variant__public_id", "quantity"
    )
    return [
        {"product_id": product_id, "variant_id": variant_id, "quantity": quantity}
        for product_id, variant_id, quantity in rows
    ]
