"""Making new products appear in lists and search."""

from collections.abc import Collection

from django.db import connection

from apps.catalog.listing_truth import COLUMNS, truth
from apps.core.transactions import requires_transaction

# One statement, and one entry in each index: an empty row that is filled afterwards leaves two.
_ADD = f"""
INSERT INTO catalog_productlisting (product_id, {", ".join(COLUMNS)})
SELECT product_id, {", ".join(COLUMNS)} FROM ({truth("p.id = ANY(%(products)s)")}) AS truth
ORDER BY product_id
"""  # noqa: S608 - made of our own SQL


@requires_transaction
def add_listings(*, product_ids: Collection[int]) -> None:
    """This function will write the listings of products (primary keys) that this transaction has
    made: nobody else sees them, so there is nobody to wait for."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, {"products": list(product_ids)})
