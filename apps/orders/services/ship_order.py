"""The goods leave, all at once or in parts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.events.event import Event
from apps.orders.attention import MONEY_IN_DOUBT
from apps.orders.desk_errors import ShippedMeanwhile
from apps.orders.errors import (
    NothingToShip,
    NotLeft,
    OrderLineNotFound,
    OrderNeedsAttention,
    OrderStateConflict,
    TooManyShipped,
)
from apps.orders.events import OrderShipped, ShipmentCreated
from apps.orders.models import OrderLine, Shipment, ShipmentLine
from apps.orders.services.change_state import change_state
from apps.orders.services.lock_order import lock_order
from apps.orders.transitions import OrderState
from apps.stores.models import Store

Parcel = list[tuple[OrderLine, int]]


@dataclass(frozen=True, kw_only=True)
class ShippedLine:
    """So many of an order line (public id)."""

    line_id: UUID
    quantity: int


@retry_conflicts
@transaction.atomic
def ship_order(
    *,
    store: Store,
    order_id: UUID,
    lines: Sequence[ShippedLine] | None = None,
    expected_shipped: int | None = None,
    carrier: str = "",
    tracking_number: str = "",
    tracking_url: str = "",
    by: Actor,
    now: datetime,
) -> Shipment:
    """This function will record that goods of a paid order (public id) have left.

    Without `lines`, all that is left of it. When nothing is left the order is shipped. Two lines
    that name one order line are added up. `expected_shipped` is how many pieces had left when
    somebody decided: a parcel that is recorded twice by a double click is refused.

    Raises:
        OrderNotFound, OrderLineNotFound: the store, or the order, has none.
        OrderStateConflict: it is not paid, or all of it has left.
        OrderNeedsAttention: its money is in doubt, and staff have not cleared that.
        NothingToShip: no line was named.
        ShippedMeanwhile: other goods of it have left since.
        TooManyShipped: more than is left; nothing is shipped.
    """
    order = lock_order(store=store, order_id=order_id)
    if order.state != OrderState.PAID:
        raise OrderStateConflict(state=order.state, wanted=OrderState.SHIPPED)
    if order.attention in MONEY_IN_DOUBT:
        raise OrderNeedsAttention(attention=order.attention)
    ordered = list(OrderLine.objects.filter(order=order).select_related("variant"))
    if expected_shipped not in {None, sum(line.shipped_quantity for line in ordered)}:
        raise ShippedMeanwhile
    parcel = _rest_of(ordered) if lines is None else _chosen(ordered, lines)
    if not parcel:
        raise NothingToShip
    shipment = Shipment(
        store=store,
        order=order,
        carrier=carrier,
        tracking_number=tracking_number,
        tracking_url=tracking_url,
        shipped_at=now,
    )
    _pack(shipment, parcel)
    happened: list[Event] = [_created(shipment, parcel)]
    if not _rest_of(ordered):
        changes = change_state(order=order, to=OrderState.SHIPPED, by=by, now=now)
        happened.append(OrderShipped.of(order, changes=changes))
    events.publish(*happened, store=store, by=by)
    return shipment


def _rest_of(ordered: Sequence[OrderLine]) -> Parcel:
    return [(line, line.left_to_ship) for line in ordered if line.left_to_ship]


def _chosen(ordered: Sequence[OrderLine], lines: Sequence[ShippedLine]) -> Parcel:
    known = {line.public_id: line for line in ordered}
    asked: Counter[UUID] = Counter()
    for line in lines:
        asked[line.line_id] += line.quantity
    if not asked.keys() <= known.keys():
        raise OrderLineNotFound
    above = [
        NotLeft(line_id=line_id, asked=quantity, remaining=known[line_id].left_to_ship)
        for line_id, quantity in asked.items()
        if quantity > known[line_id].left_to_ship
    ]
    if above:
        raise TooManyShipped(lines=above)
    return [(known[line_id], quantity) for line_id, quantity in asked.items()]


def _pack(shipment: Shipment, parcel: Parcel) -> None:
    shipment.save(force_insert=True)
    ShipmentLine.objects.bulk_create(
        ShipmentLine(
            shipment=shipment,
            order_line=line,
            quantity=quantity,
            created_at=shipment.shipped_at,
        )
        for line, quantity in parcel
    )
    for line, quantity in parcel:
        line.shipped_quantity += quantity
    OrderLine.objects.bulk_update([line for line, _ in parcel], ["shipped_quantity"])


def _created(shipment: Shipment, parcel: Parcel) -> ShipmentCreated:
    return ShipmentCreated(
        aggregate_id=shipment.public_id,
        order_id=shipment.order.public_id,
        number=shipment.order.number,
        carrier=shipment.carrier,
        lines=[
            {"variant_id": line.variant.public_id, "quantity": quantity}
            for line, quantity in parcel
        ],
    )
