"""What is running out, store by store, once a day."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count

from apps.events import services as events
from apps.inventory.events import LowStockReported
from apps.inventory.models import StockItem
from apps.stores.models import Store


@transaction.atomic
def report_low_stock(*, now: datetime) -> int:
    """This function will announce for each store how many of its stock rows are low, if any.

    Whoever hears of it twice on a day mails it once. Returns how many stores have such rows.
    """
    low = StockItem.objects.low().values("store").annotate(count=Count("pk"))
    counts = dict(low.values_list("store", "count"))
    for store in Store.objects.filter(pk__in=counts).order_by("pk"):
        event = LowStockReported(
            aggregate_id=store.public_id, day=store.day_of(now), count=counts[store.pk]
        )
        events.publish(event, store=store)
    return len(counts)
