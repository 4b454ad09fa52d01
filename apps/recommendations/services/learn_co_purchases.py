"""Learning from a paid order."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from apps.core.transactions import requires_transaction

# 50 products are 2,450 pairs; whoever buys more at once buys for resale, and tells us little.
MOST_PRODUCTS = 50

# One statement, in key order, so that two orders that are learned at once never wait in a circle.
_LEARN = """
INSERT INTO recommendations_copurchase AS known (store_id, product_id, other_id, count)
SELECT product.store_id, product.id, other.id, 1
FROM catalog_product AS product
JOIN catalog_product AS other ON other.store_id = product.store_id AND other.id <> product.id
WHERE product.public_id = ANY(%(products)s) AND other.public_id = ANY(%(products)s)
ORDER BY product.id, other.id
ON CONFLICT (product_id, other_id) DO UPDATE SET count = known.count + 1
"""


@requires_transaction
def learn_co_purchases(*, product_ids: Iterable[UUID]) -> int:
    """This function will count the products of one order as bought together.

    For each ordered pair (p, q) of distinct products, n(p, q) goes up by one; so n(p, q) is the
    number of paid orders that held both, whatever the quantities (item-to-item co-occurrence:
    Linden, Smith and York, "Amazon.com Recommendations", IEEE Internet Computing 7(1), 2003).
    Of an order with more than 50 distinct products the first 50 by id count. Call it once for
    each order, in the transaction that remembers that it was called.

    Returns the number of pairs, (p, q) and (q, p) apart.
    """
    distinct = sorted(set(product_ids))[:MOST_PRODUCTS]
    if len(distinct) < 2:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_LEARN, {"products": distinct})
        return cursor.rowcount
