"""Finding products by words, and guessing what was meant when there are none."""

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F, FloatField, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Collate, Concat, Ln, Upper

from apps.catalog.models import Product, ProductListing, Variant
from apps.catalog.slugs import UUID_PATTERN
from apps.catalog.spelling import meant
from apps.stores.models import Store

_MOST_WORDS = 8
_MOST_FOUND = 1_000
# Looking for words like one that is nowhere takes long, and a text with many of them is no slip.
_MOST_UNKNOWN = 3
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
# A rank is 0 when only what is not wanted was named, and has no logarithm then.
_LEAST_RANK = 1e-6

# Where a request is about to look, in one statement: the category by its name, and, only when the
# text finds nothing at all, what is known like each of its words that finds nothing by itself, if
# those are few.
_LOOK = """
SELECT
    (SELECT id FROM catalog_category WHERE store_id = %(store)s AND deleted_at IS NULL
        AND (slug = %(category)s OR public_id = %(category_id)s::uuid)),
    CASE WHEN cardinality(%(words)s::text[]) > 0 AND NOT EXISTS (
        SELECT 1 FROM catalog_productlisting
        WHERE store_id = %(store)s AND published_at <= statement_timestamp() AND search_vector
            @@ websearch_to_tsquery(%(language)s::regconfig, catalog_plain(%(text)s))
    ) THEN (
        SELECT jsonb_agg(jsonb_build_array(asked.word, near.word, near.uses) ORDER BY asked.place)
        FROM (
            SELECT word, place, count(*) OVER () AS unknown
            FROM unnest(%(words)s::text[]) WITH ORDINALITY AS one(word, place)
            WHERE NOT EXISTS (
                SELECT 1 FROM catalog_productlisting
                WHERE store_id = %(store)s AND published_at <= statement_timestamp()
                    AND search_vector
                    @@ plainto_tsquery(%(language)s::regconfig, catalog_plain(one.word))
            )
        ) AS asked
        CROSS JOIN LATERAL catalog_near_words(%(store)s, catalog_plain(asked.word)) AS near
        WHERE asked.unknown <= %(most_unknown)s
    ) END::text
"""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The category asked for (primary key), and what to search for in place of the given text."""

    category_id: int | None = None
    corrected: str | None = None


def look_ahead(*, store: Store, text: str, category: str) -> Heading:
    """This function will find the category with an id or slug, and correct what finds nothing.

    One statement. Words are corrected only where PostgreSQL has trigrams.
    """
    if not text and not category:
        return Heading()
    words = list(dict.fromkeys(_WORD.findall(text)))[:_MOST_WORDS]
    is_id = re.match(UUID_PATTERN, category, re.IGNORECASE)
    values = {
        "store": store.pk,
        "category": None if is_id else category,
        "category_id": UUID(category) if is_id else None,
        "text": text,
        "words": words,
        "most_unknown": _MOST_UNKNOWN,
        "language": store.search_language,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, values)
        category_id, near = cursor.fetchone()
    return Heading(category_id=category_id, corrected=_corrected(text, json.loads(near or "[]")))


def matching(
    listings: QuerySet[ProductListing], *, store: Store, text: str
) -> QuerySet[ProductListing]:
    """This function will keep what the words find, with its `score`: docs/algorithms.md, "Search".

    The words are in web-search syntax.
    """
    query = words_of(store=store, text=text)
    rank = SearchRank(F("search_vector"), query) + Value(_LEAST_RANK)
    score = Ln(rank, output_field=FloatField()) + F("prior")
    return listings.filter(search_vector=query).annotate(score=score)


def words_of(*, store: Store, text: str) -> SearchQuery:
    """This function will return the query that some words are to the database."""
    plain = Func(Value(text), function="catalog_plain", output_field=TextField())
    return SearchQuery(plain, config=store.search_language, search_type="websearch")


def prefix_of(text: str) -> SearchQuery | None:
    """This function will return the query for titles with all words of a text, the last of them as
    a beginning; `None` when there is no word in it."""
    words = _WORD.findall(text.replace("-", " "))[:_MOST_WORDS]
    if not words:
        return None
    asked: list[Any] = []
    for word in words[:-1]:
        asked += [_Quoted(Value(word)), Value(":A & ")]
    asked += [_Quoted(Value(words[-1])), Value(":*A")]
    whole = Concat(*asked, output_field=TextField())
    return SearchQuery(whole, config="simple", search_type="raw")


def found_by_staff(*, store: Store, text: str) -> QuerySet[Any]:
    """This function will return the keys of products that staff may mean: by words of the listing,
    the last of them perhaps not finished, by how a SKU begins, or by the whole slug.

    At most a thousand of each kind: who sees so many asks for less.
    """
    listings = ProductListing.objects.for_store(store)
    words = Q(search_vector=words_of(store=store, text=text))
    unfinished = prefix_of(text)
    if unfinished is not None:
        words |= Q(search_vector=unfinished)
    by_word = listings.filter(words).order_by().values("product_id")[:_MOST_FOUND]
    variants = Variant.objects.for_store(store).alias(begins=Collate(Upper("sku"), "C"))
    begun = variants.filter(begins__startswith=text.upper()).order_by()
    by_sku = begun.values("product_id")[:_MOST_FOUND]
    by_slug = Product.objects.for_store(store).filter(slug=text).order_by().values("pk")
    return by_word.union(by_sku, by_slug)


class _Quoted(Func):
    """A word as `to_tsquery` takes it: some letters are a quote, or "(1)", when they are plain."""

    template = "(''' ' || translate(catalog_plain(%(expressions)s), '''\\', '  ') || '''')"
    output_field = TextField()


def _corrected(text: str, near: list[list[Any]]) -> str | None:
    known: dict[str, list[tuple[str, int]]] = {}
    for word, candidate, uses in near:
        known.setdefault(word, []).append((candidate, uses))
    better = {word: meant(word.casefold(), rows) for word, rows in known.items()}
    corrected = _WORD.sub(lambda found: better.get(found[0]) or found[0], text)
    return None if corrected == text else corrected
