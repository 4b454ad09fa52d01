"""Keeping an order alive while its payment is under way."""

from datetime import datetime, timedelta

from django.conf import settings

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.inventory import services as inventory
from apps.orders.errors import OrderExpired, OrderNotPayable
from apps.orders.events import OrderHeld
from apps.orders.models import Order
from apps.orders.transitions import OrderState

# Longer than a gateway takes, with its retries.
_ENOUGH = timedelta(minutes=2)


@requires_transaction
def hold_order(*, order: Order, now: datetime) -> None:
    """This function will see to it that a pending order, locked, has time left to be paid.

    Its stock is held for two more minutes when less was left; attempts that fail prolong it to
    twice `RESERVATION_MINUTES` at most.

    Raises:
        OrderNotPayable: it is not pending any more.
        OrderExpired: it is pending, and its time is up.
        ReservationLost: its stock went back to the shelf.
    """
    if order.state != OrderState.PENDING:
        raise OrderNotPayable(state=order.state, wanted=OrderState.PAID)
    if order.expires_at <= now:
        raise OrderExpired(expired_at=order.expires_at)
    longest = order.placed_at + 2 * timedelta(minutes=settings.RESERVATION_MINUTES)
    until = min(now + _ENOUGH, longest)
    if until <= order.expires_at:
        return
    inventory.extend_reservation(reference=order.public_id, until=until)
    order.expires_at = until
    order.save(update_fields=["expires_at"])
    events.publish(
        OrderHeld(aggregate_id=order.public_id, number=order.number, expires_at=until),
        store=order.store,
    )
