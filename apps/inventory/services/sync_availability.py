"""Telling the catalogue what can be bought."""

from collections.abc import Collection

from django.db.models import F, Sum

from apps.catalog import services as catalog
from apps.core.transactions import requires_transaction
from apps.events.actors import Actor
from apps.inventory.models import StockItem


@requires_transaction
def sync_availability(*, variant_ids: Collection[int], by: Actor) -> None:
    """This function will make `Variant.in_stock` agree with all warehouses together.

    Call it under the stock locks, after writing, for variants (primary keys) of which a row ran
    empty or did so no more. It reads anew: a warehouse may have got its first goods of a variant
    while we waited for the locks of the others.
    """
    if not variant_ids:
        return
    flips: dict[bool, list[int]] = {True: [], False: []}
    rows = StockItem.objects.filter(variant__in=variant_ids)
    totals = rows.values("variant_id").annotate(total=Sum(F("on_hand") - F("reserved")))
    for variant_id, shown, total in totals.values_list("variant_id", "variant__in_stock", "total"):
        if shown != (total > 0):
            flips[total > 0].append(variant_id)
    if flips[True] or flips[False]:
        catalog.record_availability(in_stock=flips[True], out_of_stock=flips[False], by=by)
