"""Asking staff to look at an order."""

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.orders.attention import Attention
from apps.orders.events import OrderFlagged
from apps.orders.models import Order


@requires_transaction
def flag_order(*, order: Order, reason: Attention, by: Actor) -> None:
    """This function will ask staff to look at an order, which the caller has locked.

    Asked twice for one reason is asked once; another reason takes the place of the one before,
    which the events remember.
    """
    if order.attention == reason:
        return
    order.attention = reason.value
    order.save(update_fields=["attention"])
    events.publish(
        OrderFlagged(aggregate_id=order.public_id, number=order.number, reason=reason.value),
        store=order.store,
        by=by,
    )
