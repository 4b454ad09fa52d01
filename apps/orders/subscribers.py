"""What orders do when they hear of something."""

from django.utils import timezone

from apps.events.models import Delivery
from apps.events.registry import inner_subscriber
from apps.inventory.events import ReservationExpired
from apps.orders import services


@inner_subscriber(ReservationExpired)
def cancel_unpaid_order(delivery: Delivery) -> None:
    """This function will cancel the order whose stock went back to the shelf."""
    services.expire_order(order_id=delivery.event.aggregate_id, now=timezone.now())
