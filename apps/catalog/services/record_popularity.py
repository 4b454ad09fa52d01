"""Noting how much sells."""

from collections.abc import Mapping

from django.db import connection

from apps.catalog.services.refresh_listings import refresh_listings
from apps.core.transactions import requires_transaction

# Key order, as `locked()`; FOR NO KEY UPDATE is what an UPDATE takes.
_RECORD = """
WITH locked AS MATERIALIZED (
    SELECT product.id, wanted.score
    FROM catalog_product AS product
    JOIN unnest(%(products)s::bigint[], %(scores)s::float8[]) AS wanted(id, score) USING (id)
    WHERE product.popularity <> wanted.score
    ORDER BY product.id
    FOR NO KEY UPDATE OF product
)
UPDATE catalog_product AS product SET popularity = locked.score
FROM locked WHERE product.id = locked.id
RETURNING product.id
"""


@requires_transaction
def record_popularity(*, scores: Mapping[int, float]) -> int:
    """This function will note how much products (primary keys) sell, by a measure of its caller's.

    Any number from 0 on; only their order and their ratios mean something. No version counts up and
    nothing is announced, for nobody has edited anything: lists order by it. Returns how many have
    changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, {"products": list(scores), "scores": list(scores.values())})
        changed = [key for (key,) in cursor.fetchall()]
    refresh_listings(product_ids=changed)
    return len(changed)
