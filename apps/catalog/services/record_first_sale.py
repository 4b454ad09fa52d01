"""Remembering that a product was sold."""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby

from apps.catalog.errors import ProductUnavailable
from apps.catalog.events import ProductFirstSold
from apps.catalog.models import Product
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor


@requires_transaction
def record_first_sale(*, product_ids: Collection[int], now: datetime, by: Actor = None) -> None:
    """This function will note when products (primary keys) were first sold; they are kept then.

    Products come before stock in the order of locks, so call it before stock is reserved. It is
    needed only for products that were never sold. No version counts up.

    Raises:
        ProductUnavailable: one was deleted meanwhile.
    """
    products = Product.objects.filter(pk__in=product_ids).select_related("store").locked()
    if len(products) < len(set(product_ids)):
        raise ProductUnavailable
    unsold = [one for one in products if one.first_sold_at is None]
    Product.objects.filter(pk__in=[one.pk for one in unsold]).update(first_sold_at=now)
    for store, sold in groupby(sorted(unsold, key=_store_id), key=lambda one: one.store):
        events.publish(*map(ProductFirstSold.of, sold), store=store, by=by)


def _store_id(product: Product) -> int:
    return product.store_id
