"""Counting again how much sells."""

from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from apps.catalog import services as catalog
from apps.core.retries import retry_conflicts
from apps.orders.transitions import PAID_FOR
from apps.recommendations import popularity
from apps.stores.models import Store

_BATCH = 500
# Powers that a double has room for; nobody has sold anything so long ago.
_CHANGED = """
SELECT product.id, coalesce(sold.score, 0)
FROM catalog_product AS product
LEFT JOIN (
    SELECT bought.product_id,
        sum(power(2, least(greatest(
            extract(epoch FROM bought.paid_at - %(landmark)s) / %(half_life)s, -500), 500))
        )::float8 AS score
    FROM (
        SELECT DISTINCT variant.product_id, paid.id, paid.paid_at
        FROM orders_order AS paid
        JOIN orders_orderline AS line ON line.order_id = paid.id
        JOIN catalog_variant AS variant ON variant.id = line.variant_id
        WHERE paid.store_id = %(store)s AND paid.state = ANY(%(paid_for)s)
    ) AS bought
    GROUP BY bought.product_id
) AS sold ON sold.product_id = product.id
WHERE product.store_id = %(store)s AND product.deleted_at IS NULL
    AND abs(product.popularity - coalesce(sold.score, 0))
        > 1e-9 * greatest(product.popularity, sold.score)
ORDER BY product.id
"""  # the sum of a set in another order may differ in its last digits


def rebuild_popularity(*, store: Store, now: datetime) -> int:
    """This function will compute the popularity of a store's products from its orders, and write
    it where it has changed. Returns the number of products it has changed for.

    The formula is in `popularity`.
    """
    changed = iter(_changed(store, now))
    count = 0
    while batch := dict(islice(changed, _BATCH)):
        count += _record(batch)
    return count


@transaction.atomic
def _changed(store: Store, now: datetime) -> list[tuple[int, float]]:
    with connection.cursor() as cursor:
        # It reads every order there is, and locks nothing.
        cursor.execute("SET LOCAL statement_timeout = '60s'")
        cursor.execute(
            _CHANGED,
            {
                "store": store.pk,
                "paid_for": list(PAID_FOR),
                "landmark": popularity.landmark(now=now),
                "half_life": popularity.HALF_LIFE.total_seconds(),
            },
        )
        rows: list[tuple[int, float]] = cursor.fetchall()
    return rows


@retry_conflicts
@transaction.atomic
def _record(scores: dict[int, float]) -> int:
    return catalog.record_popularity(scores=scores)
