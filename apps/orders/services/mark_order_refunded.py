"""All the money went back."""

from datetime import datetime

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.orders.events import OrderRefunded
from apps.orders.models import Order
from apps.orders.services.change_state import change_state
from apps.orders.transitions import OrderState


@requires_transaction
def mark_order_refunded(*, order: Order, by: Actor, now: datetime) -> Order:
    """This function will record that a paid order, which the caller has locked, was refunded.

    Stock does not move: the goods may be anywhere. A canceled order stays canceled.

    Raises:
        OrderStateConflict: it is not paid, shipped or delivered.
    """
    changes = change_state(order=order, to=OrderState.REFUNDED, by=by, now=now)
    refunded = OrderRefunded.of(order, total=order.total, changes=changes)
    events.publish(refunded, store=order.store, by=by)
    return order
