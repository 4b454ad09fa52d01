"""Goods for money: the order of a payment that was captured, or authorized."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.core.transactions import requires_transaction
from apps.events.actors import Actor
from apps.events.event import Event
from apps.inventory import services as inventory
from apps.inventory.errors import OutOfStock, ReservationLost
from apps.orders import services as orders
from apps.orders.errors import OrderNotPayable
from apps.orders.models import Order

_A_MOMENT = timedelta(minutes=1)


@requires_transaction
def fill_order(*, order: Order, by: Actor, now: datetime, along_with: Sequence[Event]) -> bool:
    """This function will give the order of a payment that holds money its goods, if there is a way.

    The caller holds the locks of payment and order. When the reservation has run out, the goods
    are reserved anew; if others have bought them, the order is canceled. The events `along_with`
    are published when it returns True, and only then.
    """
    try:
        orders.mark_order_paid(order=order, by=by, now=now, along_with=along_with)
    except OrderNotPayable:
        return False
    except ReservationLost:
        return _fill_anew(order, by=by, now=now, along_with=along_with)
    return True


def _fill_anew(order: Order, *, by: Actor, now: datetime, along_with: Sequence[Event]) -> bool:
    try:
        inventory.reserve_stock(
            store=order.store,
            lines=[
                inventory.Demand(variant_id=line.variant_id, quantity=line.quantity)
                for line in order.lines.all()
            ],
            reference=order.public_id,
            expires_at=now + _A_MOMENT,
            by=by,
        )
    except OutOfStock:
        orders.cancel_order(
            store=order.store,
            order_id=order.public_id,
            by=None,
            reason="sold out before the payment arrived",
            now=now,
        )
        return False
    orders.mark_order_paid(order=order, by=by, now=now, along_with=along_with)
    return True
