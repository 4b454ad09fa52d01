"""What can be done with an order as it is. The services decide; this is for the buttons."""

from dataclasses import dataclass

from apps.orders.attention import MONEY_IN_DOUBT
from apps.orders.models import Order, Shipment
from apps.orders.transitions import OrderState


@dataclass(frozen=True, kw_only=True)
class Parcels:
    """Whether something of an order has left, and is still on its way."""

    any: bool
    any_under_way: bool


def parcels_of(order: Order) -> Parcels:
    """This function will look for parcels, once for each order that was read."""
    known: Parcels | None = order.__dict__.get("_parcels")
    if known is None:
        arrived = Shipment.objects.filter(order=order).values_list("delivered_at", flat=True)
        under_way = [at is None for at in arrived.order_by("delivered_at").reverse()[:1]]
        known = Parcels(any=bool(under_way), any_under_way=any(under_way))
        order.__dict__["_parcels"] = known
    return known


def can_be_shipped(order: Order) -> bool:
    """This function will tell whether goods may leave."""
    is_paid = order.state == OrderState.PAID and not order.is_past
    return is_paid and order.attention not in MONEY_IN_DOUBT


def can_arrive(order: Order) -> bool:
    """This function will tell whether something is on its way."""
    if order.state == OrderState.SHIPPED:
        return True
    return order.state == OrderState.PAID and parcels_of(order).any_under_way


def can_be_canceled(order: Order) -> bool:
    """This function will tell whether all of it can be called off."""
    if order.is_past:
        return False
    if order.state == OrderState.PENDING:
        return True
    return order.state == OrderState.PAID and not parcels_of(order).any


def can_be_packed(order: Order) -> bool:
    """This function will tell whether there are goods to lay a slip beside."""
    return order.paid_at is not None and order.state != OrderState.CANCELED


def can_be_written_about(order: Order) -> bool:
    """This function will tell whether there is a mail, and somebody to send it to."""
    return not order.is_past and bool(order.customer.email)


def has_invoice(order: Order) -> bool:
    """This function will tell whether there may be one: it comes with the money."""
    return order.paid_at is not None and not order.is_past


def can_be_noted(_: Order) -> bool:
    """This function will tell that a note can be written about whatever order it is."""
    return True
