"""Facets against the plainest possible way to count: ask for each value, and look at the count."""

import random
from decimal import Decimal
from urllib.parse import urlencode

import pytest

from apps.catalog.tests.factories import CategoryFactory, ProductFactory, VariantFactory, listed

SIZES, COLOURS = ["S", "M", "L"], ["Red", "Blue"]


@pytest.fixture
def bazaar(store):
    """Forty products made at random, always the same, in a tree of six categories."""
    dice = random.Random(7)
    tops = [CategoryFactory(store=store, slug=f"top{n}") for n in range(2)]
    subs = [
        CategoryFactory(store=store, slug=f"sub{n}", parent=tops[n // 2], position=n)
        for n in range(4)
    ]
    products = []
    for number in range(40):
        count = dice.choice([0, 1, 3, 40])
        product = ProductFactory(
            store=store,
            title=dice.choice(["Cotton shirt", "Wool shirt", "Cotton sock"]) + f" {number}",
            vendor=dice.choice(["Anna", "Bert", ""]),
            tags=dice.sample(["new", "sale", "gift"], dice.randrange(3)),
            options=dice.choice([[], ["Size"], ["Size", "Colour"], ["Colour", "Size"]]),
            rating_count=count,
            rating_sum=sum(dice.randrange(11) for _ in range(count)),
            published_at=None if number % 13 == 0 else store.created_at,
        )
        product.categories.set(dice.sample([*tops, *subs], dice.randrange(3)))
        for values in dice.sample(
            _choices(product.options), min(2, len(_choices(product.options)))
        ):
            VariantFactory(
                product=product,
                option_values=values,
                price_amount=Decimal(dice.choice(["4.99", "5.00", "12.50", "19.99", "20", "75"])),
                in_stock=dice.random() < 0.5,
            )
        products.append(product)
    listed(*products)


def _choices(options):
    choices = [[]]
    for name in options:
        values = SIZES if name == "Size" else COLOURS
        choices = [[*one, value] for one in choices for value in values]
    return choices


FILTERS = {
    "search": ["shirt", "cotton", "cotton -sock"],
    "category": ["top0", "sub1", "top1", "nowhere"],
    "price_min": ["5", "12.5"],
    "price_max": ["19.99", "50"],
    "in_stock": ["true", "false"],
    "rating_min": ["2", "3.5"],
    "vendor": ["Anna"],
    "tag": ["sale"],
    "option.Size": ["M", "L"],
    "option.Colour": ["Red"],
}


def count_of(client, filters):
    answer = client.get(f"/api/v1/products?{urlencode(filters)}&page_size=1")
    assert answer.status_code == 200, answer.json()
    return answer.json()["count"]


def filters_for(facet, value, filters):
    """The same filters with the facet's own set to a value of it."""
    if facet == "price":
        low, _, high = value.partition("-")
        others = {k: v for k, v in filters.items() if k not in ("price_min", "price_max")}
        return others | {"price_min": low} | ({"price_max": high} if high else {})
    return filters | {{"rating": "rating_min"}.get(facet, facet): value}


@pytest.mark.usefixtures("bazaar")
@pytest.mark.parametrize("seed", range(12))
def test_every_count_is_what_choosing_the_value_finds(anonymous, seed):
    dice = random.Random(seed)
    filters = {name: dice.choice(FILTERS[name]) for name in dice.sample(sorted(FILTERS), seed % 5)}
    if {"price_min", "price_max"} <= filters.keys():
        filters["price_max"] = "50"

    answer = anonymous.get(f"/api/v1/products?{urlencode(filters)}&facets=true").json()

    assert answer["count"] == count_of(anonymous, filters)
    for facet, values in answer["facets"].items():
        for one in values:
            found = count_of(anonymous, filters_for(facet, one["value"], filters))
            assert found == one["count"], (facet, one, filters)


@pytest.mark.usefixtures("bazaar")
def test_nothing_that_could_be_chosen_is_missing(anonymous):
    facets = anonymous.get("/api/v1/products?facets=true&price_max=20").json()["facets"]

    assert {one["value"] for one in facets["category"]} == {"top0", "top1"}
    assert {one["value"] for one in facets["option.Size"]} == set(SIZES)
    assert {one["value"] for one in facets["option.Colour"]} == set(COLOURS)
    assert {one["value"] for one in facets["vendor"]} == {"Anna", "Bert"}
    assert {one["value"] for one in facets["tag"]} == {"new", "sale", "gift"}
    assert [one["value"] for one in facets["price"]] == [
        "0-4.99",
        "5-9.99",
        "10-19.99",
        "20-49.99",
        "50-99.99",
    ]
    assert [one["value"] for one in facets["in_stock"]] == ["true", "false"]


@pytest.mark.usefixtures("bazaar")
def test_only_the_facets_asked_for_are_counted(anonymous):
    answer = anonymous.get("/api/v1/products?facets=price,rating").json()

    assert set(answer["facets"]) == {"price", "rating"}
    assert "facets" not in anonymous.get("/api/v1/products").json()


@pytest.mark.usefixtures("bazaar")
def test_a_facet_that_is_asked_for_twice_is_counted_once(anonymous):
    once = anonymous.get("/api/v1/products?facets=price,tag").json()["facets"]
    again = anonymous.get("/api/v1/products?facets=tag,price,tag,price,price").json()["facets"]

    assert again == once


def test_an_unknown_facet_is_refused(anonymous):
    answer = anonymous.get("/api/v1/products?facets=price,colour")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "facets"
    assert answer.json()["errors"][0]["code"] == "invalid"
