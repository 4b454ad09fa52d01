from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from apps.catalog import services as catalog
from apps.catalog.models import Product, Variant
from apps.catalog.tests.factories import (
    CategoryFactory,
    ProductFactory,
    ProductImageFactory,
    VariantFactory,
)
from tests.statements import at_most


@pytest.fixture
def many(store):
    """25 products of 3 variants and 2 images, each in 2 categories."""
    shelves = [CategoryFactory(store=store), CategoryFactory(store=store)]
    for _ in range(25):
        product = ProductFactory(store=store, options=["Size"])
        product.categories.set(shelves)
        for size in ("S", "M", "L"):
            VariantFactory(product=product, option_values=[size])
        ProductImageFactory.create_batch(2, product=product)


@pytest.fixture
def shirt(store):
    shirt = ProductFactory(
        store=store,
        slug="linen-shirt",
        title="Linen shirt",
        description="<p>Light.</p>",
        vendor="Weavers",
        product_type="Shirts",
        tags=["summer"],
        options=["Size"],
        metadata={"care": "30 degrees"},
    )
    shirt.categories.add(CategoryFactory(store=store, slug="men", name="Men"))
    VariantFactory(
        product=shirt,
        sku="SHIRT-S",
        title="S",
        option_values=["S"],
        price_amount=Decimal("19.90"),
        compare_at_amount=Decimal("25"),
    )
    VariantFactory(
        product=shirt,
        sku="SHIRT-XL",
        title="XL",
        option_values=["XL"],
        price_amount=Decimal("22.50"),
        in_stock=True,
        position=1,
    )
    VariantFactory(
        product=shirt,
        sku="SHIRT-OLD",
        option_values=["M"],
        price_amount=Decimal("1"),
        deleted_at=timezone.now(),
    )
    ProductImageFactory(product=shirt, source_url="https://pictures.example/2.jpg", position=2)
    ProductImageFactory(product=shirt, source_url="https://pictures.example/1.jpg", position=1)
    return shirt


def test_a_list_shows_prices_stock_main_image_and_categories(anonymous, shirt):
    answer = anonymous.get("/api/v1/products")

    assert answer.status_code == 200
    assert answer.json()["count"] == 1
    (shown,) = answer.json()["results"]
    assert shown["id"] == str(shirt.public_id)
    assert shown["slug"] == "linen-shirt"
    assert shown["price_from"] == {"amount": "19.90", "currency": "EUR"}
    assert shown["price_to"] == {"amount": "22.50", "currency": "EUR"}
    assert shown["compare_at"] == {"amount": "25.00", "currency": "EUR"}
    assert shown["in_stock"] is True
    assert shown["image"]["url"] == "https://pictures.example/1.jpg"
    assert [category["slug"] for category in shown["categories"]] == ["men"]
    assert "description" not in shown
    assert "variants" not in shown


@pytest.mark.parametrize("by", ["slug", "id"])
def test_a_product_is_found_by_slug_and_by_id(anonymous, shirt, by):
    name = {"slug": "linen-shirt", "id": str(shirt.public_id)}[by]

    shown = anonymous.get(f"/api/v1/products/{name}").json()

    assert shown["title"] == "Linen shirt"
    assert shown["description"] == "<p>Light.</p>"
    assert shown["options"] == ["Size"]
    assert shown["metadata"] == {"care": "30 degrees"}
    assert [variant["sku"] for variant in shown["variants"]] == ["SHIRT-S", "SHIRT-XL"]
    assert shown["variants"][0]["price"] == {"amount": "19.90", "currency": "EUR"}
    assert shown["variants"][0]["compare_at"] == {"amount": "25.00", "currency": "EUR"}
    assert shown["variants"][1]["in_stock"] is True
    assert [image["url"] for image in shown["images"]] == [
        "https://pictures.example/1.jpg",
        "https://pictures.example/2.jpg",
    ]
    assert shown["image"]["url"] == "https://pictures.example/1.jpg"


def test_a_product_without_variants_has_no_price(anonymous, store):
    ProductFactory(store=store, slug="soon")

    shown = anonymous.get("/api/v1/products/soon").json()

    assert (shown["price_from"], shown["price_to"], shown["compare_at"]) == (None, None, None)
    assert shown["in_stock"] is False
    assert shown["image"] is None


@pytest.mark.parametrize("who", ["anonymous", "staff_client"])
@pytest.mark.usefixtures("many")
def test_a_list_takes_five_statements(who, request):
    client = request.getfixturevalue(who)

    with at_most(5):
        answer = client.get("/api/v1/products?page_size=25")

    assert len(answer.json()["results"]) == 25


@pytest.mark.parametrize("who", ["anonymous", "staff_client"])
@pytest.mark.usefixtures("many")
def test_a_filtered_list_takes_five_statements(who, request):
    client = request.getfixturevalue(who)
    address = "/api/v1/products?search=product&ordering=-price&in_stock=false&option.Size=M"

    with at_most(5):
        answer = client.get(f"{address}&price_max=20&category={CategoryFactory().slug}")

    assert answer.status_code == 200


@pytest.mark.parametrize("who", ["anonymous", "staff_client"])
@pytest.mark.usefixtures("many")
def test_one_product_takes_six_statements(who, request):
    client = request.getfixturevalue(who)
    slug = Product.objects.first().slug

    with at_most(6):
        answer = client.get(f"/api/v1/products/{slug}")

    assert len(answer.json()["variants"]) == 3


@pytest.mark.parametrize(
    ("published_at", "deleted_at"),
    [
        (None, None),
        (datetime.now(UTC) + timedelta(days=1), None),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)),
    ],
    ids=["unpublished", "published tomorrow", "deleted"],
)
def test_the_public_does_not_see(anonymous, store, published_at, deleted_at):
    hidden = ProductFactory(store=store, published_at=published_at, deleted_at=deleted_at)
    variant = VariantFactory(product=hidden)

    assert anonymous.get("/api/v1/products").json()["count"] == 0
    for address in (
        f"/api/v1/products/{hidden.slug}",
        f"/api/v1/products/{hidden.public_id}",
        f"/api/v1/products/{hidden.slug}/variants",
        f"/api/v1/products/{hidden.slug}/variants/{variant.public_id}",
        f"/api/v1/products/{hidden.slug}/images",
    ):
        answer = anonymous.get(address)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), address


def test_staff_see_what_is_not_published_and_may_ask_for_it(staff_client, store):
    ProductFactory(store=store, slug="hidden", published_at=None)
    ProductFactory(store=store, slug="shown")

    def slugs(query):
        results = staff_client.get(f"/api/v1/products{query}").json()["results"]
        return {one["slug"] for one in results}

    assert slugs("") == {"hidden", "shown"}
    assert slugs("?published=false") == {"hidden"}
    assert slugs("?published=true") == {"shown"}


def test_asking_for_what_is_not_published_shows_a_shopper_nothing(shopper_client, store):
    ProductFactory(store=store, published_at=None)

    assert shopper_client.get("/api/v1/products?published=false").json()["results"] == []


def test_another_stores_products_are_not_there(staff_client, store):
    theirs = VariantFactory()

    assert staff_client.get("/api/v1/products").json()["results"] == []
    answer = staff_client.get(f"/api/v1/products/{theirs.product.public_id}")
    assert answer.status_code == 404


def test_featured_lists_what_is_featured(anonymous, store):
    ProductFactory(store=store, slug="plain")
    ProductFactory(store=store, slug="star", is_featured=True)
    ProductFactory(store=store, slug="secret", is_featured=True, published_at=None)

    answer = anonymous.get("/api/v1/products/featured")

    assert [one["slug"] for one in answer.json()["results"]] == ["star"]


def test_an_unchanged_product_is_not_sent_again(anonymous, shirt):
    first = anonymous.get("/api/v1/products/linen-shirt")

    again = anonymous.get("/api/v1/products/linen-shirt", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 304
    assert again.content == b""


def test_a_flip_of_availability_is_seen_without_a_new_version(anonymous, shirt):
    first = anonymous.get("/api/v1/products/linen-shirt")
    (variant,) = Variant.objects.filter(sku="SHIRT-XL")
    with transaction.atomic():
        catalog.record_availability(in_stock=[], out_of_stock=[variant.pk])

    again = anonymous.get("/api/v1/products/linen-shirt", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 200
    assert again.json()["in_stock"] is False
    assert again["ETag"].split(".")[0] == first["ETag"].split(".")[0]
