"""The last goods arrive."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.orders.events import OrderDelivered, ShipmentDelivered
from apps.orders.models import Order, Shipment
from apps.orders.services.change_state import change_state
from apps.orders.services.lock_order import lock_order
from apps.orders.transitions import OrderState
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def mark_order_delivered(*, store: Store, order_id: UUID, by: Actor, now: datetime) -> Order:
    """This function will record that all goods of a shipped order (public id) have arrived.

    Raises:
        OrderNotFound: the store has none.
        OrderStateConflict: it is not shipped.
    """
    order = lock_order(store=store, order_id=order_id)
    changes = change_state(order=order, to=OrderState.DELIVERED, by=by, now=now)
    on_their_way = list(Shipment.objects.filter(order=order).under_way())
    Shipment.objects.filter(order=order).under_way().update(delivered_at=now)
    events.publish(
        *[ShipmentDelivered.of(shipment, order=order) for shipment in on_their_way],
        OrderDelivered.of(order, changes=changes),
        store=store,
        by=by,
    )
    return order
