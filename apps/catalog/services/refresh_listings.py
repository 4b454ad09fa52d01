"""Making lists and search show what is true now."""

from collections.abc import Collection

from django.db import connection

from apps.catalog.listing_truth import COLUMNS, truth
from apps.core.transactions import requires_transaction

_BATCH = 500

# Locks the listings in the order of keys and makes those that are missing, waiting for whoever
# makes the same. The update never happens, its lock does. What it made is filled in below.
_LOCK = """
INSERT INTO catalog_productlisting (product_id, store_id, title, plain_title, vendor, tags,
    created_at, published_at, is_featured, price_bands, in_stock, category_ids, options,
    rating_count, rating_score, popularity, prior, search_vector)
SELECT id, store_id, title, '', '', '{}', created_at, published_at, is_featured, '{}', false, '{}',
    '{}', 0, 0, 0, 0, ''
FROM catalog_product WHERE id = ANY(%(products)s) ORDER BY id
ON CONFLICT (product_id) DO UPDATE SET prior = EXCLUDED.prior WHERE false
"""
# A statement of its own: it sees what others have committed while the one above waited for them.
_WRITE = f"""
WITH gone AS (
    DELETE FROM catalog_productlisting listing USING catalog_product p
    WHERE p.id = listing.product_id AND p.id = ANY(%(products)s) AND p.deleted_at IS NOT NULL
)
UPDATE catalog_productlisting AS listing
SET ({", ".join(COLUMNS)}) = ROW({", ".join(f"truth.{name}" for name in COLUMNS)})
FROM ({truth("p.id = ANY(%(products)s)")}) AS truth
WHERE listing.product_id = truth.product_id
AND ({", ".join(f"listing.{name}" for name in COLUMNS)})
    IS DISTINCT FROM ({", ".join(f"truth.{name}" for name in COLUMNS)})
"""  # noqa: S608 - made of our own SQL


@requires_transaction
def refresh_listings(*, product_ids: Collection[int]) -> None:
    """This function will compute the listings of products (primary keys) from the truth.

    Whoever changes what a listing shows calls it last in the same transaction: of two who change
    one product, the later waits for the earlier's commit and computes after it. A listing is the
    last thing to be locked. The listing of a deleted product goes. No version counts up.
    """
    keys = sorted(set(product_ids))
    with connection.cursor() as cursor:
        for at in range(0, len(keys), _BATCH):
            batch = {"products": keys[at : at + _BATCH]}
            cursor.execute(_LOCK, batch)
            cursor.execute(_WRITE, batch)
