"""Goods that were received by mistake."""

from collections.abc import Collection
from uuid import UUID

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory import ledger
from apps.inventory.events import StockAdjusted
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.services.sync_availability import sync_availability
from apps.stores.models import Store

_ADJUSTED = StockMovement.Kind.ADJUSTED


@requires_transaction
def withdraw_stock(
    *, store: Store, variant_ids: Collection[int], reference: UUID, by: Actor, reason: str
) -> int:
    """This function will take what was received of variants (primary keys) under a reference out of
    the warehouses again, as far as it is still there and not promised.

    Once: what was withdrawn under the reference before stays as it is. Returns how many goods left.
    """
    items = StockItem.objects.for_store(store).of_variants(variant_ids).locked()
    moved = StockMovement.objects.filter(stock_item__in=items, reference=reference)
    gone = moved.filter(kind=_ADJUSTED).values("stock_item")
    came = moved.filter(kind=StockMovement.Kind.RECEIVED).exclude(stock_item__in=gone)
    received = dict(came.values_list("stock_item_id", "quantity"))
    changes = {
        item: -min(received[item.pk], item.available)
        for item in items
        if item.pk in received and item.available > 0
    }
    if changes:
        ledger.move(changes=changes, kind=_ADJUSTED, by=by, reference=reference, note=reason)
        sync_availability(variant_ids=[item.variant_id for item in changes], by=by)
        facts = [StockAdjusted.of(item, quantity=change) for item, change in changes.items()]
        events.publish(*facts, store=store, by=by)
    return -sum(changes.values())
