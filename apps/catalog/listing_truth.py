"""The one statement that says what a product's listing must hold, from the rows that are true.

`{which}` is a condition on `p`, a product. Everything here is deterministic, so that a listing can
be compared with it. The formulas are explained in docs/algorithms.md, "Search".
"""

# Where one band of prices ends and the next begins, in whole units of the currency.
PRICE_BOUNDS = [
    5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 1_000_000
]  # fmt: skip
# A name of an option and its value stand in one text with this between them.
SEPARATOR = "\x1f"

COLUMNS = [
    "store_id", "title", "plain_title", "vendor", "tags", "created_at", "published_at",
    "is_featured", "price_from", "price_to", "price_before", "price_currency", "price_bands",
    "in_stock", "category_ids", "options", "rating", "rating_count", "rating_score", "popularity",
    "prior", "search_vector",
]  # fmt: skip

TRUTH = """
SELECT p.id AS product_id, p.store_id, p.title::varchar AS title,
    catalog_plain(p.title) AS plain_title, p.vendor, labels.tags, p.created_at, p.published_at,
    p.is_featured, offers.price_from, offers.price_to, offers.price_before, offers.price_currency,
    offers.price_bands, offers.in_stock, shelves.category_ids, choices.options,
    round(p.rating_sum / 2.0 / nullif(p.rating_count, 0), 4) AS rating, p.rating_count,
    opinion.rating_score, p.popularity,
    ln(1 + ln(1 + p.popularity)) + ln(opinion.rating_score)
        + ln(2::float8) * extract(epoch FROM coalesce(p.published_at, p.created_at))::float8
        / (730 * 86400) AS prior,
    setweight(to_tsvector(s.search_language::regconfig, catalog_plain(p.title)), 'A')
        || setweight(to_tsvector('simple', catalog_plain(p.title)), 'A')
        || setweight(to_tsvector(s.search_language::regconfig, catalog_plain(concat_ws(' ',
            p.vendor, p.product_type, array_to_string(labels.tags, ' '), offers.skus))), 'B')
        || setweight(to_tsvector(s.search_language::regconfig,
            catalog_plain(choices.words)), 'C')
        || setweight(to_tsvector(s.search_language::regconfig,
            catalog_plain(p.description)), 'D') AS search_vector
FROM catalog_product p
JOIN stores_store s ON s.id = p.store_id
CROSS JOIN LATERAL (
    SELECT ARRAY(SELECT jsonb_array_elements_text(p.tags)) AS tags
) AS labels
CROSS JOIN LATERAL (
    SELECT (5 * 3.5 + p.rating_sum / 2.0::float8) / (5 + p.rating_count) AS rating_score
) AS opinion
CROSS JOIN LATERAL (
    SELECT min(v.price_amount) AS price_from, max(v.price_amount) AS price_to,
        (array_agg(v.compare_at_amount ORDER BY v.price_amount, v.id))[1] AS price_before,
        (array_agg(v.currency ORDER BY v.price_amount, v.id))[1] AS price_currency,
        coalesce(array_agg(DISTINCT width_bucket(v.price_amount, '{bounds}'::numeric[])::smallint),
            '{{}}') AS price_bands,
        coalesce(bool_or(v.in_stock), false) AS in_stock,
        string_agg(v.sku, ' ' ORDER BY v.id) AS skus
    FROM catalog_variant v WHERE v.product_id = p.id AND v.deleted_at IS NULL
) AS offers
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(DISTINCT pair.name || E'\\x1f' || pair.value), '{{}}') AS options,
        coalesce(string_agg(DISTINCT pair.value, ' '), '') AS words
    FROM catalog_variant v, unnest(p.options, v.option_values) AS pair(name, value)
    WHERE v.product_id = p.id AND v.deleted_at IS NULL
    AND pair.name IS NOT NULL AND pair.value IS NOT NULL
) AS choices
CROSS JOIN LATERAL (
    WITH RECURSIVE up(id) AS (
        SELECT pc.category_id FROM catalog_product_categories pc WHERE pc.product_id = p.id
        UNION
        SELECT c.parent_id FROM up JOIN catalog_category c ON c.id = up.id
        WHERE c.parent_id IS NOT NULL
    )
    SELECT coalesce(array_agg(up.id ORDER BY up.id), '{{}}') AS category_ids FROM up
) AS shelves
WHERE p.deleted_at IS NULL AND {which}
"""


def truth(which: str) -> str:
    """This function will return the SELECT of what the listings of some products must hold."""
    bounds = "{" + ",".join(map(str, PRICE_BOUNDS)) + "}"
    return TRUTH.format(which=which, bounds=bounds)
