from uuid import UUID

from apps.events.models import Delivery
from apps.events.registry import inner_subscriber
from apps.orders.events import OrderPaid
from apps.recommendations import services


@inner_subscriber(OrderPaid)
def learn_from_paid_order(delivery: Delivery) -> None:
    """This function will learn which products were bought together."""
    lines = delivery.event.payload["lines"]
    services.learn_co_purchases(product_ids=[UUID(line["product_id"]) for line in lines])
