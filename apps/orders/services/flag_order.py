"""Asking staff to look at an order."""

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.orders.events import OrderFlagged
from apps.orders.models import Order


@requires_transaction
def flag_order(*, order: Order, reason: str, by: Actor) -> None:
    """This function will ask staff to look at an order, which the caller has locked.

    `reason` is a code such as "amount_mismatch", nothing personal. Asked twice for one reason is
    asked once; another reason takes the place of the one before, which the events remember.
    """
    if order.attention == reason:
        return
    order.attention = reason
    order.save(update_fields=["attention"])
    events.publish(
        OrderFlagged(aggregate_id=order.public_id, number=order.number, reason=reason),
        store=order.store,
        by=by,
    )
