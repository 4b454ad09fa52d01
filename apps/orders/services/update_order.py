"""What may still be said about an order after it was placed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.orders.addresses import snapshot
from apps.orders.errors import OrderNotEditable
from apps.orders.events import OrderUpdated
from apps.orders.models import Order
from apps.orders.services.lock_order import lock_order
from apps.orders.transitions import OrderState
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def update_order(
    *,
    store: Store,
    order_id: UUID,
    by: Actor,
    shipping_address: Mapping[str, str] | None = None,
    customer_note: str | None = None,
    staff_note: str | None = None,
    expected_version: int | None = None,
) -> Order:
    """This function will change the address and notes of an order (public id).

    What is `None` stays as it is.

    Raises:
        OrderNotFound: the store has none.
        OrderNotEditable: another address, and the order is not pending any more.
        PreconditionFailed: the order has changed since the version that was expected.
    """
    order = lock_order(store=store, order_id=order_id)
    order.require_version(expected_version)
    given: dict[str, Any] = {
        "shipping_address": snapshot(shipping_address) if shipping_address else None,
        "customer_note": customer_note,
        "staff_note": staff_note,
    }
    changes = {
        name: value
        for name, value in given.items()
        if value is not None and value != getattr(order, name)
    }
    if "shipping_address" in changes and order.state != OrderState.PENDING:
        raise OrderNotEditable(state=order.state)
    if changes:
        _save(order, changes, by=by)
    return order


def _save(order: Order, changes: dict[str, Any], *, by: Actor) -> None:
    for name, value in changes.items():
        setattr(order, name, value)
    order.save(update_fields=list(changes))
    events.publish(
        OrderUpdated(aggregate_id=order.public_id, number=order.number, fields=sorted(changes)),
        store=order.store,
        by=by,
    )
