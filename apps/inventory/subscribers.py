"""What inventory does when it hears of a new store, and of itself: then it writes to staff, with no
stock locked."""

from datetime import date

from apps.events.models import Delivery
from apps.events.registry import external_subscriber, inner_subscriber
from apps.inventory import services
from apps.inventory.events import LowStockReported, StockLow
from apps.stores.events import StoreCreated
from apps.stores.models import Store


@inner_subscriber(StoreCreated)
def open_warehouse(delivery: Delivery) -> None:
    """This function will give a new store a place for its goods, if it has none yet."""
    store = Store.objects.get(public_id=delivery.event.aggregate_id)
    services.ensure_warehouse(store=store, by=None)


@external_subscriber(StockLow)
def mail_low_stock(delivery: Delivery) -> None:
    """This function will tell staff of stock that runs out."""
    event = delivery.event
    services.mail_low_stock(item_id=event.aggregate_id, happened_at=event.created_at)


@external_subscriber(LowStockReported)
def mail_low_stock_report(delivery: Delivery) -> None:
    """This function will mail staff the list of what runs out."""
    event = delivery.event
    day = date.fromisoformat(event.payload["day"])
    services.mail_low_stock_report(store_id=event.aggregate_id, day=day)
