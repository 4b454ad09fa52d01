"""Showing in the catalogue whether something is in stock."""

from collections.abc import Collection
from itertools import groupby
from operator import attrgetter

from apps.catalog.events import VariantAvailabilityChanged
from apps.catalog.models import Variant
from apps.catalog.services.refresh_listings import refresh_listings
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor

_TOLD = ("public_id", "sku", "in_stock", "store__public_id", "product__public_id", "product__slug")


@requires_transaction
def record_availability(
    *, in_stock: Collection[int], out_of_stock: Collection[int], by: Actor = None
) -> None:
    """This function will note which variants (primary keys) can be bought, and which cannot.

    Inventory calls it under its stock locks when availability flips. No version counts up, for
    nobody has edited anything. Deleted variants, and those that are right already, are left alone.
    """
    wanted = dict.fromkeys(out_of_stock, False) | dict.fromkeys(in_stock, True)
    rows = Variant.objects.filter(pk__in=wanted).select_related("store", "product").only(*_TOLD)
    flipped = [one for one in rows.locked() if one.in_stock != wanted[one.pk]]
    for state in (True, False):
        changed = [one.pk for one in flipped if wanted[one.pk] is state]
        if changed:
            Variant.objects.filter(pk__in=changed).update(in_stock=state)
    flipped.sort(key=attrgetter("store_id"))  # a sweep frees goods of several stores at once
    for store, variants in groupby(flipped, key=attrgetter("store")):
        changes = [
            VariantAvailabilityChanged.of(one, one.product, in_stock=wanted[one.pk])
            for one in variants
        ]
        events.publish(*changes, store=store, by=by)
    refresh_listings(product_ids={one.product_id for one in flipped})
