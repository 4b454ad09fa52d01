"""Calling an order off."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.core.retries import retry_conflicts
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor, actor_reference
from apps.inventory import services as inventory
from apps.orders.desk_errors import OrderChanged
from apps.orders.errors import OrderPartlyShipped
from apps.orders.events import OrderCanceled
from apps.orders.models import Order, OrderLine
from apps.orders.past_errors import OrderIsPast
from apps.orders.services.change_state import change_state
from apps.orders.services.lock_order import lock_order
from apps.orders.transitions import OrderState
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def cancel_order(
    *,
    store: Store,
    order_id: UUID,
    by: Actor,
    reason: str,
    now: datetime,
    customer: User | None = None,
    expected_version: int | None = None,
) -> Order:
    """This function will cancel a pending or paid order and give its stock back.

    With `customer`, only an order of theirs; with `expected_version`, only the order that the
    caller saw. Money that was received is refunded by payments, which hears of it.

    Raises:
        OrderNotFound: there is none, or it is somebody else's.
        OrderChanged: it is not as the caller saw it any more.
        OrderStateConflict: it is on its way already, or was canceled before.
        OrderPartlyShipped: some of it is on its way already.
        OrderIsPast: it was placed elsewhere.
    """
    order = lock_order(store=store, order_id=order_id, customer=customer)
    if expected_version not in {None, order.version}:
        raise OrderChanged(state=order.state)
    cancel_locked_order(order=order, by=by, reason=reason, now=now)
    return order


@requires_transaction
def cancel_locked_order(*, order: Order, by: Actor, reason: str, now: datetime) -> None:
    """This function will cancel an order that the caller has locked.

    Raises:
        OrderStateConflict: it is neither pending nor paid.
        OrderPartlyShipped: some of it has left.
        OrderIsPast: it was placed elsewhere: its money and its goods are not ours to give back.
    """
    if order.is_past:
        raise OrderIsPast
    was_paid = order.state == OrderState.PAID
    if was_paid and OrderLine.objects.filter(order=order, shipped_quantity__gt=0).exists():
        raise OrderPartlyShipped(state=order.state)
    changes = change_state(order=order, to=OrderState.CANCELED, by=by, now=now, reason=reason)
    if was_paid:
        inventory.return_stock(store=order.store, reference=order.public_id, by=by)
    else:
        inventory.release_stock(store=order.store, reference=order.public_id, by=by)
    events.publish(
        OrderCanceled.of(
            order,
            canceled_by=order.role_of(actor_reference(by)),
            was_paid=was_paid,
            changes=changes,
        ),
        store=order.store,
        by=by,
    )
