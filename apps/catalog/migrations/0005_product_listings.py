"""Product listings: what lists and search look at, filled for the products that are there.

Accents are taken off by `unaccent` where the server has it and lets us use it, and by Unicode's own
decomposition elsewhere; both behind one function, so that index and query never disagree. Where
there is `pg_trgm`, titles get an index for words that are spelled wrong.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import DatabaseError, migrations, models, transaction

import apps.core.models
from apps.core.migration_steps import WITHOUT_HURRY

PLAIN_BY_UNACCENT = """
CREATE OR REPLACE FUNCTION catalog_plain(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT lower({schema}.unaccent('{schema}.unaccent'::regdictionary, $1)) $$
"""
PLAIN_BY_DECOMPOSITION = r"""
CREATE OR REPLACE FUNCTION catalog_plain(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
AS $$ SELECT lower(normalize(
    regexp_replace(normalize($1, NFD), '[\u0300-\u036f]', '', 'g'), NFC)) $$
"""
TRIGRAMS = """
CREATE INDEX listing_by_title_trigrams ON catalog_productlisting
USING gin (plain_title {schema}.gin_trgm_ops)
"""
FILL = """
INSERT INTO catalog_productlisting (product_id, store_id, title, plain_title, vendor, tags,
    created_at, published_at, is_featured, price_from, price_to, price_before, price_currency,
    price_bands, in_stock, category_ids, options, rating, rating_count, rating_score, popularity,
    prior, search_vector)
SELECT p.id, p.store_id, p.title, catalog_plain(p.title), p.vendor, labels.tags, p.created_at,
    p.published_at, p.is_featured, offers.price_from, offers.price_to, offers.price_before,
    offers.price_currency, offers.price_bands, offers.in_stock, shelves.category_ids,
    choices.options, round(p.rating_sum / 2.0 / nullif(p.rating_count, 0), 4), p.rating_count,
    opinion.rating_score, p.popularity,
    ln(1 + ln(1 + p.popularity)) + ln(opinion.rating_score)
        + ln(2::float8) * extract(epoch FROM coalesce(p.published_at, p.created_at))::float8
        / (730 * 86400),
    setweight(to_tsvector('simple', catalog_plain(p.title)), 'A')
        || setweight(to_tsvector('simple', catalog_plain(p.title)), 'A')
        || setweight(to_tsvector('simple', catalog_plain(concat_ws(' ',
            p.vendor, p.product_type, array_to_string(labels.tags, ' '), offers.skus))), 'B')
        || setweight(to_tsvector('simple', catalog_plain(choices.words)), 'C')
        || setweight(to_tsvector('simple', catalog_plain(p.description)), 'D')
FROM catalog_product p
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
        coalesce(array_agg(DISTINCT width_bucket(v.price_amount,
            '{5,10,20,50,100,200,500,1000,2000,5000,10000,20000,50000,100000,1000000}'::numeric[]
            )::smallint), '{}') AS price_bands,
        coalesce(bool_or(v.in_stock), false) AS in_stock,
        string_agg(v.sku, ' ' ORDER BY v.id) AS skus
    FROM catalog_variant v WHERE v.product_id = p.id AND v.deleted_at IS NULL
) AS offers
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(DISTINCT pair.name || E'\\x1f' || pair.value), '{}') AS options,
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
    SELECT coalesce(array_agg(up.id ORDER BY up.id), '{}') AS category_ids FROM up
) AS shelves
WHERE p.deleted_at IS NULL
"""


def _schema_of(schema_editor, extension):
    """Where an extension's functions are, having created it if that is possible; or None."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = %s", [extension])
        if cursor.fetchone() is None:
            return None
        try:
            with transaction.atomic(using=schema_editor.connection.alias):
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        except DatabaseError:
            return None  # it is not for us to create
        cursor.execute(
            "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = %s",
            [extension],
        )
        return cursor.fetchone()[0]


def take_accents_off(apps, schema_editor):
    schema = _schema_of(schema_editor, "unaccent")
    sql = PLAIN_BY_UNACCENT.format(schema=schema) if schema else PLAIN_BY_DECOMPOSITION
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(sql)


def index_trigrams(apps, schema_editor):
    schema = _schema_of(schema_editor, "pg_trgm")
    if schema:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(TRIGRAMS.format(schema=schema))


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_reviews_and_wishlists'),
        ('stores', '0004_search_language'),
    ]

    operations = [
        WITHOUT_HURRY,
        migrations.RunPython(take_accents_off, migrations.RunPython.noop),
        migrations.CreateModel(
            name='ProductListing',
            fields=[
                ('product', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='listing', serialize=False, to='catalog.product')),
                ('title', models.CharField(max_length=255)),
                ('plain_title', models.TextField(help_text='In small letters, without accents.')),
                ('vendor', models.CharField(max_length=255)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('is_featured', models.BooleanField()),
                ('price_from', apps.core.models.AmountField(decimal_places=4, max_digits=19, null=True)),
                ('price_to', apps.core.models.AmountField(decimal_places=4, max_digits=19, null=True)),
                ('price_before', apps.core.models.AmountField(decimal_places=4, max_digits=19, null=True)),
                ('price_currency', apps.core.models.CurrencyField(max_length=3, null=True)),
                ('price_bands', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), help_text='In which its prices are.', size=None)),
                ('in_stock', models.BooleanField()),
                ('category_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), help_text='With all that is above them.', size=None)),
                ('options', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), help_text='Name, unit separator, value.', size=None)),
                ('rating', models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                ('rating_count', models.PositiveIntegerField()),
                ('rating_score', models.FloatField(help_text='Drawn to the middle while few have rated it.')),
                ('popularity', models.FloatField()),
                ('prior', models.FloatField(help_text='What it is worth before anybody asks; a logarithm.')),
                ('search_vector', django.contrib.postgres.search.SearchVectorField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name='product',
            name='product_by_search_vector',
        ),
        migrations.RemoveIndex(
            model_name='product',
            name='product_by_tag',
        ),
        migrations.RemoveField(
            model_name='product',
            name='search_vector',
        ),
        migrations.AddField(
            model_name='productlisting',
            name='store',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stores.store'),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='productlisting',
            index=models.Index(fields=['store', '-created_at', '-product'], name='listing_by_store_and_time'),
        ),
        migrations.AddIndex(
            model_name='productlisting',
            index=models.Index(fields=['store', 'price_from', 'product'], name='listing_by_price'),
        ),
        migrations.AddIndex(
            model_name='productlisting',
            index=models.Index(fields=['store', 'title', 'product'], name='listing_by_title'),
        ),
        migrations.AddIndex(
            model_name='productlisting',
            index=models.Index(fields=['store', '-popularity', '-product'], name='listing_by_popularity'),
        ),
        migrations.AddIndex(
            model_name='productlisting',
            index=models.Index(fields=['store', '-rating_score', '-product'], name='listing_by_rating'),
        ),
        migrations.AddIndex(
            model_name='productlisting',
            index=models.Index(fields=['store', '-prior', '-product'], name='listing_by_prior'),
        ),
        migrations.AddIndex(
            model_name='productlisting',
            index=models.Index(fields=['store', '-is_featured', '-created_at', '-product'], name='listing_featured_first'),
        ),
        migrations.AddIndex(
            model_name='productlisting',
            index=models.Index(fields=['store', 'vendor'], name='listing_by_vendor'),
        ),
        migrations.AddIndex(
            model_name='productlisting',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search_vector'], name='listing_by_word'),
        ),
        migrations.AddIndex(
            model_name='productlisting',
            index=django.contrib.postgres.indexes.GinIndex(fields=['category_ids'], name='listing_by_category'),
        ),
        migrations.AddIndex(
            model_name='productlisting',
            index=django.contrib.postgres.indexes.GinIndex(fields=['options'], name='listing_by_option'),
        ),
        migrations.AddIndex(
            model_name='productlisting',
            index=django.contrib.postgres.indexes.GinIndex(fields=['tags'], name='listing_by_tag'),
        ),
        migrations.RunPython(index_trigrams, migrations.RunPython.noop),
    ]
