"""Remembering that a product was sold."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from apps.catalog.errors import ProductUnavailable
from apps.catalog.events import ProductFirstSold
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store

# One statement, for it is part of checking out: it locks in primary-key order, as `locked()` does,
# and looks at the rows as they are after the wait.
_SELL = """
WITH kept AS MATERIALIZED (
    SELECT id, first_sold_at IS NULL AS is_first FROM catalog_product
    WHERE id = ANY(%(products)s) AND store_id = %(store)s AND deleted_at IS NULL
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE catalog_product AS product SET first_sold_at = coalesce(product.first_sold_at, %(now)s)
FROM kept WHERE product.id = kept.id
RETURNING product.public_id, product.slug, kept.is_first
"""


@requires_transaction
def record_first_sale(
    *, store: Store, product_ids: Collection[int], now: datetime, by: Actor = None
) -> None:
    """This function will note when products (primary keys) were first sold; they are kept then.

    Products come before stock in the order of locks, so call it before stock is reserved. It is
    needed only for products that were never sold. No version counts up.

    Raises:
        ProductUnavailable: one was deleted meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SELL, {"products": list(product_ids), "store": store.pk, "now": now})
        rows = cursor.fetchall()
    if len(rows) < len(set(product_ids)):
        raise ProductUnavailable
    first = [
        ProductFirstSold(aggregate_id=public_id, slug=slug)
        for public_id, slug, is_first in rows
        if is_first
    ]
    events.publish(*first, store=store, by=by)
