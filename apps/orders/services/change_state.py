"""The only way an order's state changes, and the only writer of its history."""

from datetime import datetime

from apps.core.transactions import requires_transaction
from apps.events.actors import Actor, actor_reference
from apps.events.event import Changes
from apps.orders.errors import OrderStateConflict
from apps.orders.models import Order, OrderTransition
from apps.orders.transitions import EDGES, NOTHING, OrderState


@requires_transaction
def begin_history(*, order: Order, by: Actor, now: datetime) -> None:
    """This function will write down that an order was placed."""
    _write(order, came_from=NOTHING, by=by, now=now, reason="")


@requires_transaction
def change_state(
    *, order: Order, to: OrderState, by: Actor, now: datetime, reason: str = ""
) -> Changes:
    """This function will move an order along one edge of the table, and write that down.

    The caller has locked the order, and read its state after that. Returns what has changed, for
    the event that tells of it.

    Raises:
        OrderStateConflict: there is no such edge.
    """
    if to not in EDGES[order.state]:
        raise OrderStateConflict(state=order.state, wanted=to)
    came_from, order.state = order.state, to
    time_of_state = f"{to}_at"
    setattr(order, time_of_state, now)
    order.placed_from = ""
    order.save(update_fields=["state", time_of_state, "placed_from"])
    _write(order, came_from=came_from, by=by, now=now, reason=reason)
    return {"state": [came_from, to]}


def _write(order: Order, *, came_from: str, by: Actor, now: datetime, reason: str) -> None:
    OrderTransition.objects.create(
        order=order,
        from_state=came_from,
        to_state=order.state,
        actor=actor_reference(by),
        reason=reason,
        created_at=now,
    )
