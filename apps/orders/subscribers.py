"""What orders do when they hear of something."""

from django.utils import timezone

from apps.events.models import Delivery
from apps.events.registry import external_subscriber, inner_subscriber
from apps.inventory.events import ReservationExpired
from apps.orders import services
from apps.orders.events import InvoiceIssued, OrderCanceled, OrderPlaced, ShipmentCreated


@inner_subscriber(ReservationExpired)
def cancel_unpaid_order(delivery: Delivery) -> None:
    """This function will cancel the order whose stock went back to the shelf."""
    services.expire_order(order_id=delivery.event.aggregate_id, now=timezone.now())


@external_subscriber(OrderPlaced)
def mail_confirmation(delivery: Delivery) -> None:
    """This function will confirm an order to its customer."""
    services.mail_confirmation(order_id=delivery.event.aggregate_id, key=delivery.public_id)


@external_subscriber(InvoiceIssued)
def mail_receipt(delivery: Delivery) -> None:
    """This function will send the invoice to the customer."""
    services.mail_receipt(invoice_id=delivery.event.aggregate_id, key=delivery.public_id)


@external_subscriber(ShipmentCreated)
def mail_shipment(delivery: Delivery) -> None:
    """This function will tell the customer what is on its way."""
    services.mail_shipment(shipment_id=delivery.event.aggregate_id, key=delivery.public_id)


@external_subscriber(OrderCanceled)
def mail_cancelation(delivery: Delivery) -> None:
    """This function will tell the customer that nothing will come."""
    services.mail_cancelation(order_id=delivery.event.aggregate_id, key=delivery.public_id)
