"""An import was a mistake: its orders were none."""

from datetime import datetime
from uuid import UUID

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor, actor_reference
from apps.orders.models import Order, OrderTransition, Shipment
from apps.orders.past_errors import OrderIsPast, OrderTouched
from apps.orders.past_events import OrderWithdrawn
from apps.orders.services.lock_order import lock_order
from apps.orders.transitions import NOTHING, OrderState
from apps.stores.models import Store


@requires_transaction
def withdraw_order(
    *, store: Store, order_id: UUID, expected_version: int, by: Actor, now: datetime
) -> Order:
    """This function will take back that an order (public id) was imported.

    It stays, as canceled and never paid, for history only grows; it counts for nothing, and its
    number at the other shop is free for the right file. Stock stays, as it did when it came.

    Raises:
        OrderNotFound: there is none.
        OrderIsPast: it was placed here, or was withdrawn before.
        OrderTouched: somebody has changed or shipped it since `expected_version`.
    """
    order = lock_order(store=store, order_id=order_id)
    if not order.is_past or order.withdrawn_at is not None:
        raise OrderIsPast
    # That all of it came back is written by the import of the returns, not by somebody.
    by_returns = _has_come_back(order)
    if order.version - by_returns != expected_version or _was_shipped_here(order):
        raise OrderTouched
    before, order.state = order.state, OrderState.CANCELED
    order.withdrawn_at = order.canceled_at = now
    order.paid_at = order.refunded_at = None
    changed = ["state", "withdrawn_at", "canceled_at", "paid_at", "refunded_at"]
    order.save(update_fields=changed)
    if before != OrderState.CANCELED:
        OrderTransition.objects.create(
            order=order,
            from_state=before,
            to_state=OrderState.CANCELED,
            actor=actor_reference(by),
            reason="the import was taken back",
            created_at=now,
        )
    changes = {"state": [before, str(OrderState.CANCELED)]}
    events.publish(OrderWithdrawn.of(order, changes=changes), store=store, by=by)
    return order


def _has_come_back(order: Order) -> bool:
    steps = OrderTransition.objects.filter(order=order, to_state=OrderState.REFUNDED)
    return steps.exclude(from_state=NOTHING).exists()


def _was_shipped_here(order: Order) -> bool:
    return Shipment.objects.filter(order=order).exists()
