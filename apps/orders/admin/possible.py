"""What can be done with an order as it is. The services decide; this is for the buttons."""

from apps.core.bounded_formset import BoundedFormSet
from apps.orders.attention import MONEY_IN_DOUBT
from apps.orders.models import Order, Shipment
from apps.orders.transitions import OrderState


def shipments_of(order: Order) -> list[Shipment]:
    """This function will read the newest parcels of an order and what is in them, once for each
    order that was read."""
    known: list[Shipment] | None = order.__dict__.get("_shipments")
    if known is None:
        parcels = Shipment.objects.filter(order=order).order_by("-pk")
        known = list(parcels.prefetch_related("lines__order_line")[: BoundedFormSet.most + 1])
        order.__dict__["_shipments"] = known
    return known


def can_be_shipped(order: Order) -> bool:
    """This function will tell whether goods may leave."""
    is_paid = order.state == OrderState.PAID and not order.is_past
    return is_paid and order.attention not in MONEY_IN_DOUBT


def can_arrive(order: Order) -> bool:
    """This function will tell whether something is on its way."""
    if order.state == OrderState.SHIPPED:
        return True
    return order.state == OrderState.PAID and any(
        one.delivered_at is None for one in shipments_of(order)
    )


def can_be_canceled(order: Order) -> bool:
    """This function will tell whether all of it can be called off."""
    if order.is_past:
        return False
    if order.state == OrderState.PENDING:
        return True
    return order.state == OrderState.PAID and not shipments_of(order)


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
