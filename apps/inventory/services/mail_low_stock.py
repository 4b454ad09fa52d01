"""Telling staff that something runs out."""

from datetime import datetime
from uuid import UUID, uuid5

from apps.core.transactions import forbids_transaction
from apps.inventory.models import StockItem
from apps.inventory.services.mail_staff import mail_staff


@forbids_transaction
def mail_low_stock(*, item_id: UUID, happened_at: datetime) -> int:
    """This function will tell a store's staff that a stock row (public id) is low, if it still is.

    Once for each row and day, where the store is: goods that are reserved and let go again and
    again cross the line each time. Returns how many were told.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    item = (
        StockItem.objects.described()
        .select_related("variant__product", "store")
        .filter(public_id=item_id)
        .low()
        .first()
    )
    if item is None:
        return 0
    day = item.store.day_of(happened_at)
    key = uuid5(item.public_id, f"low on {day.isoformat()}")
    context = {"item": item}
    return mail_staff(store=item.store, template="inventory/low_stock", context=context, key=key)
