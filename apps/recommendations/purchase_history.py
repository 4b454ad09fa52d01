"""What was bought in a store, read for an engine."""

from datetime import datetime

from django.db import connection

from apps.recommendations.purchases import Purchases
from apps.stores.models import Store

# Orders that are read by one statement: no transaction stays open over all of them.
_BATCH = 2_000
_ORDERS = """
WITH latest AS (
    SELECT id, customer_id, placed_at, paid_at FROM orders_order
    WHERE store_id = %(store)s AND paid_at IS NOT NULL
        AND (placed_at, id) < (%(before)s::timestamptz, %(id)s)
    ORDER BY placed_at DESC, id DESC LIMIT %(batch)s
)
SELECT latest.id, latest.customer_id, extract(epoch FROM latest.paid_at)::float8, latest.placed_at,
    ARRAY(
        SELECT DISTINCT variant.product_id
        FROM orders_orderline AS line
        JOIN catalog_variant AS variant ON variant.id = line.variant_id
        JOIN catalog_product AS product ON product.id = variant.product_id
        WHERE line.order_id = latest.id AND product.store_id = %(store)s
            AND product.deleted_at IS NULL
        ORDER BY variant.product_id
    )
FROM latest ORDER BY latest.placed_at DESC, latest.id DESC
"""


def read_purchases(
    *, store: Store, most_lines: int, since: datetime | None = None, until: datetime | None = None
) -> Purchases:
    """This function will read the orders of a store that were ever paid, `since` then and before
    `until` then, the latest first, and stop when it has so many lines.

    Each product counts once in an order; products that are gone do not count.
    """
    found = Purchases()
    earliest = since.timestamp() if since else float("-inf")
    latest = until.timestamp() if until else float("inf")
    position: tuple[datetime | str, int] = ("infinity", 0)
    while rows := _read(store, position):
        for order, customer, moment, _, products in rows:
            if len(found) >= most_lines:
                return found
            if earliest <= moment < latest:
                found.add_basket(basket=order, products=products, moment=moment, person=customer)
        position = (rows[-1][3], rows[-1][0])
    return found


Read = tuple[int, int, float, datetime, list[int]]


def _read(store: Store, position: tuple[datetime | str, int]) -> list[Read]:
    before, key = position
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, {"store": store.pk, "before": before, "id": key, "batch": _BATCH})
        return cursor.fetchall()  # type: ignore[no-any-return]
