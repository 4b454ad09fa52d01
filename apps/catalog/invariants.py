"""The catalogue's own promises (C), and its part of what is promised of money (I2)."""

from apps.catalog.listing_truth import COLUMNS, truth
from apps.core.invariants import Invariant

_SHOWN = ", ".join(f"listing.{name}" for name in COLUMNS)
_TRUE = ", ".join(f"truth.{name}" for name in COLUMNS)

INVARIANTS = [
    Invariant(
        id="I2",
        promise="every variant is priced in its store's currency",
        broken_rows="""
            SELECT v.public_id AS variant, v.sku, v.currency, s.currency AS store_currency
            FROM catalog_variant v JOIN stores_store s ON s.id = v.store_id
            WHERE v.deleted_at IS NULL AND v.currency <> s.currency
        """,
    ),
    Invariant(
        id="C1",
        promise="every variant has one value for each option of its product",
        broken_rows="""
            SELECT v.public_id AS variant, v.sku, v.option_values, p.options
            FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id
            WHERE v.deleted_at IS NULL AND cardinality(v.option_values) <> cardinality(p.options)
        """,
    ),
    Invariant(
        id="C2",
        promise="variants, images and categories are of one store with their product",
        broken_rows="""
            SELECT 'variant' AS kind, v.public_id FROM catalog_variant v
            JOIN catalog_product p ON p.id = v.product_id WHERE v.store_id <> p.store_id
            UNION ALL
            SELECT 'image', i.public_id FROM catalog_productimage i
            JOIN catalog_product p ON p.id = i.product_id WHERE i.store_id <> p.store_id
            UNION ALL
            SELECT 'category', c.public_id FROM catalog_product_categories pc
            JOIN catalog_product p ON p.id = pc.product_id
            JOIN catalog_category c ON c.id = pc.category_id WHERE c.store_id <> p.store_id
        """,
    ),
    Invariant(
        id="C3",
        promise="what was sold is not deleted",
        broken_rows="""
            SELECT public_id AS product, slug, first_sold_at, deleted_at FROM catalog_product
            WHERE first_sold_at IS NOT NULL AND deleted_at IS NOT NULL
        """,
    ),
    Invariant(
        id="C4",
        promise="nothing is left in a deleted category or below a deleted product",
        broken_rows="""
            SELECT 'product' AS kind, p.public_id FROM catalog_product p
            JOIN catalog_product_categories pc ON pc.product_id = p.id
            JOIN catalog_category c ON c.id = pc.category_id
            WHERE p.deleted_at IS NULL AND c.deleted_at IS NOT NULL
            UNION ALL
            SELECT 'category', child.public_id FROM catalog_category child
            JOIN catalog_category c ON c.id = child.parent_id
            WHERE child.deleted_at IS NULL AND c.deleted_at IS NOT NULL
            UNION ALL
            SELECT 'variant', v.public_id FROM catalog_variant v
            JOIN catalog_product p ON p.id = v.product_id
            WHERE v.deleted_at IS NULL AND p.deleted_at IS NOT NULL
        """,
    ),
    Invariant(
        id="C5",
        promise="no category stands below itself",
        broken_rows="""
            WITH RECURSIVE above(id, ancestor) AS (
                SELECT id, parent_id FROM catalog_category
                WHERE parent_id IS NOT NULL AND deleted_at IS NULL
                UNION
                SELECT above.id, c.parent_id FROM above JOIN catalog_category c
                ON c.id = above.ancestor WHERE c.parent_id IS NOT NULL
            )
            SELECT c.public_id AS category, c.slug FROM above
            JOIN catalog_category c ON c.id = above.id WHERE above.id = above.ancestor
        """,
    ),
    Invariant(
        id="C6",
        promise="lists and search show every live product as it is",
        broken_rows=f"""
            SELECT coalesce(truth.product_id, listing.product_id) AS product, listing.title
            FROM catalog_productlisting listing
            FULL JOIN ({truth("true")}) truth ON truth.product_id = listing.product_id
            WHERE ({_SHOWN}) IS DISTINCT FROM ({_TRUE})
        """,  # noqa: S608 - made of our own SQL
    ),
    Invariant(
        id="C7",
        promise="a product's rating is that of its published reviews",
        broken_rows="""
            SELECT p.public_id AS product, p.slug, p.rating_sum, p.rating_count,
                   coalesce(r.points, 0) AS points, coalesce(r.number, 0) AS number
            FROM catalog_product p LEFT JOIN (
                SELECT product_id, sum(points) AS points, count(*) AS number FROM catalog_review
                WHERE deleted_at IS NULL AND state = 'published' GROUP BY product_id
            ) r ON r.product_id = p.id
            WHERE (p.rating_sum, p.rating_count)
                  IS DISTINCT FROM (coalesce(r.points, 0), coalesce(r.number, 0))
        """,
    ),
    Invariant(
        id="C8",
        promise="reviews and wishes are of one store with their product",
        broken_rows="""
            SELECT 'review' AS kind, r.public_id FROM catalog_review r
            JOIN catalog_product p ON p.id = r.product_id WHERE r.store_id <> p.store_id
            UNION ALL
            SELECT 'wish', w.public_id FROM catalog_wishlistitem w
            JOIN catalog_product p ON p.id = w.product_id WHERE w.store_id <> p.store_id
        """,
    ),
]
