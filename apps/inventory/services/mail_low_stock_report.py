"""The daily list of what is running out."""

from datetime import date
from uuid import UUID, uuid5

from django.db.models import F

from apps.core.transactions import forbids_transaction
from apps.inventory.models import StockItem
from apps.inventory.services.mail_staff import mail_staff
from apps.stores.models import Store

_MOST_LINES = 100


@forbids_transaction
def mail_low_stock_report(*, store_id: UUID, day: date) -> int:
    """This function will mail a store's staff (public id) what is low now, scarcest first.

    Once for each store and day; of more than 100 rows the first 100 are listed. Returns how many
    were told: 0 when nothing is low any more.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    store = Store.objects.get(public_id=store_id)
    low = StockItem.objects.for_store(store).low()
    items = low.described().select_related("variant__product", "warehouse")
    listed = list(items.order_by(F("on_hand") - F("reserved"), "pk")[:_MOST_LINES])
    if not listed:
        return 0
    more = low.count() - len(listed)
    key = uuid5(store.public_id, f"low stock on {day.isoformat()}")
    context = {"items": listed, "more": more, "day": day}
    template = "inventory/low_stock_report"
    return mail_staff(store=store, template=template, context=context, key=key)
