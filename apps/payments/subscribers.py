from uuid import UUID

from apps.events.models import Delivery
from apps.events.registry import external_subscriber
from apps.orders.events import OrderCanceled, ShipmentCreated
from apps.payments import services
from apps.payments.events import (
    PaymentFailed,
    PaymentUnfillable,
    RefundSucceeded,
    SimulatedChargeBegun,
    SimulatedChargeSettled,
)
from apps.payments.gateways import simulated, simulated_webhooks


@external_subscriber(PaymentUnfillable)
def return_unfillable_payment(delivery: Delivery) -> None:
    """This function will give back money that came for an order that cannot be filled."""
    services.return_payment(
        payment_id=delivery.event.aggregate_id, reason="order could not be filled"
    )


@external_subscriber(OrderCanceled)
def return_payments_of_canceled_order(delivery: Delivery) -> None:
    """This function will give back what was paid for an order that was canceled."""
    services.return_order_payments(order_id=delivery.event.aggregate_id)


@external_subscriber(ShipmentCreated)
def capture_payment_of_shipped_order(delivery: Delivery) -> None:
    """This function will take the money that was authorized, now that goods have left."""
    services.capture_order_payment(order_id=UUID(delivery.event.payload["order_id"]))


@external_subscriber(SimulatedChargeBegun)
def settle_simulated_charge(delivery: Delivery) -> None:
    """This function will let the simulated gateway's bank have its say."""
    simulated.settle_charge(charge_id=delivery.event.aggregate_id)


@external_subscriber(SimulatedChargeSettled)
def send_simulated_webhook(delivery: Delivery) -> None:
    """This function will let the simulated gateway tell how a charge stands."""
    simulated_webhooks.send_webhook(
        charge_id=delivery.event.aggregate_id, copies=delivery.event.payload["copies"]
    )


@external_subscriber(RefundSucceeded)
def mail_refund(delivery: Delivery) -> None:
    """This function will tell the customer that money comes back."""
    services.mail_refund(refund_id=delivery.event.aggregate_id, key=delivery.public_id)


@external_subscriber(PaymentFailed)
def mail_payment_failure(delivery: Delivery) -> None:
    """This function will tell the customer that the order waits for another payment."""
    services.mail_payment_failure(payment_id=delivery.event.aggregate_id, key=delivery.public_id)
