"""Words of titles that are spelled almost like another; none where the server has no trigrams.

The functions lower the threshold for as long as they run: the index is asked with it.
"""

from django.db import migrations

NEAR_WORDS = """
CREATE OR REPLACE FUNCTION catalog_near_words(of_store bigint, near text)
RETURNS TABLE (word text, uses bigint) LANGUAGE sql STABLE
SET pg_trgm.word_similarity_threshold = 0.3
AS $$
    SELECT piece, count(*) FROM catalog_productlisting listing,
        regexp_split_to_table(listing.plain_title, '[^[:alnum:]-]+') AS piece
    WHERE listing.store_id = of_store AND listing.published_at <= statement_timestamp()
    AND $2 OPERATOR({schema}.<%) listing.plain_title
    AND {schema}.similarity(piece, $2) >= 0.15
    GROUP BY piece ORDER BY {schema}.similarity(piece, $2) DESC, count(*) DESC, piece LIMIT 50
$$
"""
NEAR_TITLES = """
CREATE OR REPLACE FUNCTION catalog_near_titles(of_store bigint, near text, most integer)
RETURNS TABLE (product_id bigint) LANGUAGE sql STABLE
SET pg_trgm.word_similarity_threshold = 0.4
AS $$
    SELECT listing.product_id FROM catalog_productlisting listing
    WHERE listing.store_id = of_store AND listing.published_at <= statement_timestamp()
    AND $2 OPERATOR({schema}.<%) listing.plain_title
    ORDER BY {schema}.word_similarity($2, listing.plain_title) DESC, listing.prior DESC,
        listing.product_id LIMIT most
$$
"""
NO_WORDS = """
CREATE OR REPLACE FUNCTION catalog_near_words(of_store bigint, near text)
RETURNS TABLE (word text, uses bigint) LANGUAGE sql STABLE
AS $$ SELECT ''::text, 0::bigint WHERE false $$
"""
NO_TITLES = """
CREATE OR REPLACE FUNCTION catalog_near_titles(of_store bigint, near text, most integer)
RETURNS TABLE (product_id bigint) LANGUAGE sql STABLE
AS $$ SELECT 0::bigint WHERE false $$
"""


def look_for_near_words(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_trgm'"
        )
        found = cursor.fetchone()
        for one in (NEAR_WORDS, NEAR_TITLES) if found else (NO_WORDS, NO_TITLES):
            cursor.execute(one.format(schema=found[0]) if found else one)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_product_listings'),
    ]

    operations = [
        migrations.RunPython(look_for_near_words, migrations.RunPython.noop),
    ]
