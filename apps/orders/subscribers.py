"""What orders do when they hear of something."""

from uuid import UUID

from django.utils import timezone

from apps.catalog.events import ReviewCreated
from apps.events.models import Delivery
from apps.events.registry import external_subscriber, inner_subscriber
from apps.inventory.events import ReservationExpired
from apps.orders import services
from apps.orders.events import (
    InvoiceIssued,
    OrderCanceled,
    OrderMailRequested,
    OrderPaid,
    OrderPlaced,
    OrderRefunded,
    ShipmentCreated,
)
from apps.orders.letters import Letter


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


@external_subscriber(OrderMailRequested)
def mail_again(delivery: Delivery) -> None:
    """This function will send the customer once more what staff asked for."""
    told = delivery.event.payload
    services.mail_again(
        letter=Letter(told["letter"]),
        order_id=delivery.event.aggregate_id,
        about=UUID(told["about"]) if told["about"] else None,
        asked_at=delivery.event.created_at,
        key=delivery.public_id,
    )


@inner_subscriber(ReviewCreated)
def verify_new_review(delivery: Delivery) -> None:
    """This function will find out whether the author of a review bought what it is about."""
    told = delivery.event.payload
    services.verify_reviews(
        customer_id=UUID(told["customer_id"]), product_ids=[UUID(told["product_id"])]
    )


@inner_subscriber(OrderPaid)
def verify_reviews_of_buyer(delivery: Delivery) -> None:
    """This function will mark what a buyer wrote of the goods before buying them."""
    services.verify_buyer(order_id=delivery.event.aggregate_id)


@inner_subscriber(OrderCanceled)
def verify_reviews_after_cancelation(delivery: Delivery) -> None:
    """This function will look again at what was called a buyer's review, where money had come."""
    if delivery.event.payload["was_paid"]:
        services.verify_buyer(order_id=delivery.event.aggregate_id)


@inner_subscriber(OrderRefunded)
def verify_reviews_after_refund(delivery: Delivery) -> None:
    """This function will look again at what was called a buyer's review."""
    services.verify_buyer(order_id=delivery.event.aggregate_id)
