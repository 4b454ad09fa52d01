"""An order that nobody paid for in time."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.orders.models import Order
from apps.orders.services.cancel_order import cancel_locked_order
from apps.orders.transitions import OrderState


@transaction.atomic
def expire_order(*, order_id: UUID, now: datetime) -> None:
    """This function will cancel an order (public id) that lost its reservation, if still pending.

    One reservation lost is enough: what is left of the order could not be filled, and is released.
    """
    waiting = Order.objects.filter(public_id=order_id, state=OrderState.PENDING)
    for order in waiting.select_related("store", "customer").locked():
        cancel_locked_order(order=order, by=None, reason="expired", now=now)
