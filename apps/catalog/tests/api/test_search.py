from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.catalog import services as catalog
from apps.catalog.models import Product
from apps.catalog.tests.factories import CategoryFactory, ProductFactory, VariantFactory, listed
from tests.statements import at_most

OLD = datetime(2026, 1, 1, tzinfo=UTC)


def page(client, query):
    answer = client.get(f"/api/v1/products?{query}")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def slugs(client, query):
    return [one["slug"] for one in page(client, query)["results"]]


def suggested(client, text):
    answer = client.get("/api/v1/products/suggest", {"q": text})
    assert answer.status_code == 200, answer.json()
    body = answer.json()
    return [one["slug"] for one in body["products"]], [one["slug"] for one in body["categories"]]


@pytest.fixture
def shirts(store):
    ProductFactory(store=store, slug="linen", title="Linen shirt", published_at=OLD)
    ProductFactory(store=store, slug="silk", title="Silk shirt", published_at=OLD)
    ProductFactory(store=store, slug="creme", title="Crème brûlée bowl", published_at=OLD)


# --- words ---------------------------------------------------------------------------------------
@pytest.mark.usefixtures("shirts")
def test_accents_make_no_difference(anonymous):
    assert slugs(anonymous, "search=creme%20BRULEE") == ["creme"]
    assert slugs(anonymous, "search=brûlée") == ["creme"]


def test_a_sku_and_an_option_are_found(anonymous, store):
    product = ProductFactory(store=store, slug="tea", options=["Taste"])
    VariantFactory(product=product, sku="TEA-77", option_values=["Bergamot"])

    assert slugs(anonymous, "search=tea-77") == slugs(anonymous, "search=bergamot") == ["tea"]


def test_a_store_with_a_language_finds_all_forms_of_a_word(anonymous, store):
    store.search_language = "english"
    store.save()
    ProductFactory(store=store, slug="shoes", title="Running shoes")

    assert slugs(anonymous, "search=run%20shoe") == ["shoes"]


def test_another_language_of_a_store_lists_its_products_anew(anonymous, store):
    ProductFactory(store=store, slug="shoes", title="Running shoes")
    assert slugs(anonymous, "search=run") == []
    store.search_language = "english"
    store.save()

    list(catalog.rebuild_listings(store=store))

    assert slugs(anonymous, "search=run") == ["shoes"]


# --- order ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "better",
    [{"popularity": 50}, {"rating_sum": 100, "rating_count": 10}, {"published_at": timezone.now()}],
)
def test_of_equal_matches_the_better_product_comes_first(anonymous, store, better):
    ProductFactory(store=store, slug="first", title="Blue cup", published_at=OLD)
    ProductFactory(store=store, slug="plain", title="Blue cup", published_at=OLD)
    listed(
        ProductFactory(store=store, slug="good", title="Blue cup", **{"published_at": OLD} | better)
    )

    assert slugs(anonymous, "search=cup")[0] == "good"


def test_what_is_featured_comes_first_when_asked_for(anonymous, store):
    ProductFactory(store=store, slug="star", description="for a cup", is_featured=True)
    ProductFactory(store=store, slug="cup", title="Cup")

    assert slugs(anonymous, "search=cup") == ["cup", "star"]
    assert slugs(anonymous, "search=cup&ordering=featured") == ["star", "cup"]


def test_only_what_is_unwanted_may_be_named(anonymous, shirts):
    assert sorted(slugs(anonymous, "search=-shirt")) == ["creme"]


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("popularity", ["b", "a", "c"]),
        ("rating", ["c", "b", "a"]),
        ("newest", ["c", "b", "a"]),
        ("relevance", ["b", "c", "a"]),
    ],
)
def test_orders(anonymous, store, ordering, expected):
    born = OLD
    for slug, popularity, points in (("a", 5.0, 2), ("b", 9.0, 70), ("c", 0.0, 100)):
        born += timedelta(days=1)
        row = ProductFactory(
            store=store,
            slug=slug,
            created_at=born,
            published_at=OLD,
            popularity=popularity,
            rating_sum=points,
            rating_count=10,
        )
        listed(row)

    assert slugs(anonymous, f"ordering={ordering}") == expected


def test_rating_min_is_the_average_itself(anonymous, store):
    ProductFactory(store=store, slug="four", rating_sum=8, rating_count=1)
    ProductFactory(store=store, slug="less", rating_sum=31, rating_count=4)
    ProductFactory(store=store, slug="none")

    assert slugs(anonymous, "rating_min=4") == ["four"]
    assert slugs(anonymous, "rating_min=3.87") == ["less", "four"]


# --- misspelled ----------------------------------------------------------------------------------
@pytest.mark.usefixtures("shirts")
def test_a_misspelled_word_finds_what_was_meant_and_says_so(anonymous):
    found = page(anonymous, "search=linnen%20shrit&ordering=title")

    assert [one["slug"] for one in found["results"]] == ["linen"]
    assert (found["did_you_mean"], found["corrected"], found["count"]) == ("linen shirt", True, 1)


@pytest.mark.usefixtures("shirts")
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("linnen shrit liinen shirt", "linen shirt linen shirt"),
        ("linnen shrit liinen shiirt", None),
    ],
)
def test_a_text_with_many_unknown_words_is_left_alone(anonymous, text, meant):
    assert page(anonymous, f"search={text}")["did_you_mean"] == meant


@pytest.mark.usefixtures("shirts")
def test_what_is_spelled_right_is_left_alone(anonymous):
    found = page(anonymous, "search=linen%20bowl")

    assert found["results"] == []
    assert (found["did_you_mean"], found["corrected"]) == (None, False)


@pytest.mark.usefixtures("shirts")
def test_without_trigrams_nothing_is_corrected_and_words_are_found_as_ever(anonymous):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION catalog_near_words(of_store bigint, near text) "
            "RETURNS TABLE (word text, uses bigint) LANGUAGE sql STABLE "
            "AS $$ SELECT ''::text, 0::bigint WHERE false $$"
        )
        cursor.execute(
            "CREATE OR REPLACE FUNCTION catalog_plain(text) RETURNS text "
            "LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$ SELECT lower(normalize( "
            r"regexp_replace(normalize($1, NFD), '[\u0300-\u036f]', '', 'g'), NFC)) $$"
        )

    found = page(anonymous, "search=shrit")
    assert (found["results"], found["did_you_mean"]) == ([], None)
    assert slugs(anonymous, "search=brûlée") == ["creme"]


# --- suggestions ---------------------------------------------------------------------------------
@pytest.mark.usefixtures("shirts")
def test_the_beginning_of_any_word_suggests(anonymous, store):
    CategoryFactory(store=store, slug="shirts", name="Shirts")
    CategoryFactory(store=store, slug="night", name="Night shirts")

    assert suggested(anonymous, "shi") == (["silk", "linen"], ["night", "shirts"])
    assert suggested(anonymous, "linen s") == (["linen"], [])
    assert suggested(anonymous, "CRE") == (["creme"], [])


@pytest.mark.usefixtures("shirts")
def test_what_is_almost_a_title_is_suggested_when_none_begins_so(anonymous):
    assert suggested(anonymous, "linnen") == (["linen"], [])
    assert suggested(anonymous, "zzzz") == ([], [])
    assert suggested(anonymous, "&|!") == ([], [])


@pytest.mark.parametrize(
    "text", ["\u2474\u2474", "\u02bb\u02bb", "\u0149a", "\u02d0b", "\ufdfa" * 2]
)
def test_letters_that_are_signs_without_their_accents_suggest_nothing(anonymous, store, text):
    ProductFactory(store=store, title="Linen")

    assert suggested(anonymous, text) == ([], [])


def test_nothing_hidden_is_suggested(anonymous, store):
    ProductFactory(store=store, title="Secret", published_at=None)

    assert suggested(anonymous, "secret") == suggested(anonymous, "sekret") == ([], [])


@pytest.mark.parametrize("text", ["", "a", "a" * 101, "a\x00b"])
def test_a_beginning_has_two_letters_or_more(anonymous, text):
    answer = anonymous.get("/api/v1/products/suggest", {"q": text})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "q"


# --- statements ----------------------------------------------------------------------------------
@pytest.fixture
def many(store):
    shelf = CategoryFactory(store=store, slug="shelf")
    products = [ProductFactory(store=store, title=f"Blue cup {n}") for n in range(25)]
    for product in products:
        product.categories.add(shelf)
        VariantFactory(product=product)
    listed(*products)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("query", "most"),
    [
        ("", 4),
        ("category=shelf&ordering=price&price_min=5&page=2", 5),
        ("search=cup&category=shelf", 5),
        ("search=bluue", 5),
        ("search=cup&category=shelf&facets=true", 5),
        ("facets=true", 4),
    ],
)
def test_statements_of_a_page(anonymous, query, most):
    with at_most(most):
        found = page(anonymous, query)
    assert found["count"] == 25


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(("text", "most"), [("blu", 2), ("bluue", 3)])
def test_statements_of_suggestions(anonymous, text, most):
    with at_most(most):
        products, _ = suggested(anonymous, text)
    assert len(products) == 8


def test_the_longest_product_has_a_listing(store):
    product = ProductFactory(store=store, description="word " * 9_999, tags=["x" * 100] * 100)
    Product.objects.update(title="T" * 255)

    with transaction.atomic():
        catalog.refresh_listings(product_ids=[product.pk])

    assert product.listing.title == "T" * 255
