"""Goods arrive."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.events.event import Event
from apps.orders.errors import OrderStateConflict, ShipmentAlreadyDelivered, ShipmentNotFound
from apps.orders.events import OrderDelivered, ShipmentDelivered
from apps.orders.models import Shipment
from apps.orders.services.change_state import change_state
from apps.orders.services.lock_order import lock_order
from apps.orders.transitions import OrderState
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def deliver_shipment(
    *, store: Store, order_id: UUID, shipment_id: UUID, by: Actor, now: datetime
) -> Shipment:
    """This function will record that a shipment of an order (public ids) has arrived.

    The order is delivered when all of it was shipped and this was the last on its way.

    Raises:
        OrderNotFound, ShipmentNotFound: the store, or the order, has none.
        ShipmentAlreadyDelivered: it arrived before.
        OrderStateConflict: the order is neither paid nor shipped.
    """
    order = lock_order(store=store, order_id=order_id)
    shipments = list(Shipment.objects.filter(order=order))
    shipment = next((one for one in shipments if one.public_id == shipment_id), None)
    if shipment is None:
        raise ShipmentNotFound
    if shipment.delivered_at is not None:
        raise ShipmentAlreadyDelivered(delivered_at=shipment.delivered_at)
    if order.state not in {OrderState.PAID, OrderState.SHIPPED}:
        raise OrderStateConflict(state=order.state, wanted=OrderState.DELIVERED)
    shipment.mark_delivered(now=now)
    happened: list[Event] = [ShipmentDelivered.of(shipment, order=order)]
    if order.state == OrderState.SHIPPED and all(one.delivered_at for one in shipments):
        change_state(order=order, to=OrderState.DELIVERED, by=by, now=now)
        happened.append(OrderDelivered.of(order))
    events.publish(*happened, store=store, by=by)
    return shipment
