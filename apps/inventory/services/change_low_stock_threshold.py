"""When staff want to hear that something runs out."""

from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory.errors import InvalidQuantity, NotInStore
from apps.inventory.events import StockThresholdChanged
from apps.inventory.models import MOST_ON_HAND, StockItem
from apps.stores.models import Store


@retry_conflicts
@transaction.atomic
def change_low_stock_threshold(
    *, store: Store, item_id: int, threshold: int | None, by: Actor
) -> StockItem:
    """This function will set with how many left a stock row (primary key) is low.

    `None` is the usual number, `LOW_STOCK_THRESHOLD`. Nobody is told of what is below it already:
    that stands in the daily report.

    Raises:
        InvalidQuantity: below zero, or more than a warehouse can hold.
        NotInStore: the store has no such row.
    """
    if threshold is not None and not 0 <= threshold <= MOST_ON_HAND:
        raise InvalidQuantity
    rows = StockItem.objects.for_store(store).described().filter(pk=item_id).locked()
    if not rows:
        raise NotInStore
    (item,) = rows
    if item.low_stock_threshold != threshold:
        before, item.low_stock_threshold = item.low_stock_threshold, threshold
        item.save(update_fields=["low_stock_threshold"])
        event = StockThresholdChanged(
            aggregate_id=item.public_id,
            sku=item.variant.sku,
            warehouse=item.warehouse.code,
            threshold=threshold,
            changes={"threshold": [before, threshold]},
        )
        events.publish(event, store=store, by=by)
    return item
