from datetime import UTC, datetime

import pytest

from apps.catalog.models import Product, Variant
from apps.catalog.tests.factories import (
    CategoryFactory,
    ProductFactory,
    ProductImageFactory,
    VariantFactory,
)
from apps.events.models import OutboxEvent


def events():
    return list(OutboxEvent.objects.order_by("pk").values_list("name", flat=True))


def test_staff_create_a_product(staff_client, staff, store):
    men = CategoryFactory(store=store, slug="men")
    summer = CategoryFactory(store=store, slug="summer")

    answer = staff_client.post(
        "/api/v1/products",
        {
            "title": "Linen shirt",
            "description": '<p onclick="steal()">Light<script>steal()</script></p>',
            "vendor": "Weavers",
            "tags": ["linen", " summer ", "linen"],
            "options": ["Size", "Colour"],
            "categories": ["men", str(summer.public_id)],
            "published_at": "2026-01-01T00:00:00Z",
            "is_featured": True,
            "metadata": {"care": "30 degrees"},
        },
    )

    assert answer.status_code == 201
    shown = answer.json()
    assert shown["slug"] == "linen-shirt"
    assert shown["description"] == "<p>Light</p>"
    assert shown["tags"] == ["linen", "summer"]
    assert shown["options"] == ["Size", "Colour"]
    assert {one["slug"] for one in shown["categories"]} == {"men", "summer"}
    product = Product.objects.get()
    assert answer["Location"] == f"/api/v1/products/{product.public_id}"
    assert set(product.categories.all()) == {men, summer}
    assert events() == ["product.created", "product.published"]
    assert OutboxEvent.objects.first().actor == f"user:{staff.public_id}"


def test_a_new_product_is_hidden_until_it_is_published(staff_client, anonymous, store):
    staff_client.post("/api/v1/products", {"title": "Cup"})
    assert anonymous.get("/api/v1/products/cup").status_code == 404

    staff_client.patch("/api/v1/products/cup", {"published_at": "2026-01-01T00:00:00Z"})
    assert anonymous.get("/api/v1/products/cup").status_code == 200

    staff_client.patch("/api/v1/products/cup", {"published_at": None})
    assert anonymous.get("/api/v1/products/cup").status_code == 404
    assert events() == [
        "product.created",
        "product.updated",
        "product.published",
        "product.updated",
        "product.unpublished",
    ]


def test_a_repeated_request_with_its_key_makes_one_product(staff_client, store):
    answers = [
        staff_client.post(
            "/api/v1/products", {"title": "Cup"}, headers={"Idempotency-Key": "cup-once"}
        )
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert Product.objects.count() == 1


def test_only_what_is_given_changes(staff_client, store):
    ProductFactory(store=store, slug="cup", title="Cup", vendor="Potters", tags=["blue"])

    answer = staff_client.patch("/api/v1/products/cup", {"title": "Mug", "vendor": "Potters"})

    assert answer.status_code == 200
    assert (answer.json()["title"], answer.json()["tags"]) == ("Mug", ["blue"])
    event = OutboxEvent.objects.get()
    assert event.payload == {"slug": "cup", "changed": ["title"]}


def test_categories_are_replaced(staff_client, store):
    product = ProductFactory(store=store, slug="cup")
    product.categories.add(CategoryFactory(store=store, slug="old"))
    CategoryFactory(store=store, slug="new")

    answer = staff_client.patch("/api/v1/products/cup", {"categories": ["new"]})
    assert [one["slug"] for one in answer.json()["categories"]] == ["new"]
    assert OutboxEvent.objects.get().payload["changed"] == ["categories"]

    answer = staff_client.patch("/api/v1/products/cup", {"categories": ["new"]})
    assert OutboxEvent.objects.count() == 1


@pytest.mark.parametrize("name", ["nowhere", "theirs"])
def test_a_category_must_be_one_of_the_store(staff_client, store, name):
    CategoryFactory(slug="theirs")
    ProductFactory(store=store, slug="cup")

    created = staff_client.post("/api/v1/products", {"title": "Mug", "categories": [name]})
    changed = staff_client.patch("/api/v1/products/cup", {"categories": [name], "title": "Mug"})

    for answer in (created, changed):
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_category")
        assert answer.json()["categories"] == [name]
    assert [one.title for one in Product.objects.all()] != ["Mug"]
    assert Product.objects.count() == 1
    assert events() == []


def test_options_may_be_renamed_but_not_counted_anew_below_their_variants(staff_client, store):
    product = ProductFactory(store=store, slug="shirt", options=["Size"])
    VariantFactory(product=product, option_values=["M"])

    assert staff_client.patch("/api/v1/products/shirt", {"options": ["Fit"]}).status_code == 200
    answer = staff_client.patch("/api/v1/products/shirt", {"options": ["Fit", "Colour"]})

    assert (answer.status_code, answer.json()["code"]) == (409, "options_in_use")
    product.refresh_from_db()
    assert product.options == ["Fit"]


def test_a_slug_belongs_to_one_product(staff_client, store):
    ProductFactory(store=store, slug="cup", title="Cup")
    ProductFactory(store=store, slug="mug", title="Mug")

    created = staff_client.post("/api/v1/products", {"title": "Cup"})
    renamed = staff_client.patch("/api/v1/products/mug", {"slug": "cup"})

    for answer in (created, renamed):
        assert (answer.status_code, answer.json()["code"]) == (409, "slug_taken")
    assert sorted(Product.objects.values_list("slug", flat=True)) == ["cup", "mug"]
    assert events() == []


@pytest.mark.parametrize("slug", ["featured", "0190a2b4-1111-7000-8000-000000000000"])
def test_a_slug_that_an_address_would_misread_is_refused(staff_client, store, slug):
    answer = staff_client.post("/api/v1/products", {"title": "Cup", "slug": slug})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "slug_reserved"
    assert not Product.objects.exists()


def test_a_title_that_suggests_no_slug_still_gets_one(staff_client, store):
    first = staff_client.post("/api/v1/products", {"title": "茶碗"}).json()
    second = staff_client.post("/api/v1/products", {"title": "Featured"}).json()

    assert first["slug"] == first["id"].replace("-", "")[-12:]
    assert second["slug"].startswith("featured-")


def test_deleting_takes_variants_and_images_along(staff_client, store):
    product = ProductFactory(store=store, slug="cup")
    VariantFactory(product=product, sku="CUP")
    ProductImageFactory(product=product)

    assert staff_client.delete("/api/v1/products/cup").status_code == 204

    assert staff_client.get("/api/v1/products/cup").status_code == 404
    assert not Variant.objects.exists()
    assert not product.images.exists()
    assert Product.with_deleted.get().deleted_at is not None
    assert events() == ["variant.deleted", "image.deleted", "product.deleted"]
    again = staff_client.post("/api/v1/products", {"title": "Cup"})
    assert again.status_code == 201
    sku = {"sku": "CUP", "price": {"amount": "1.00", "currency": "EUR"}}
    assert staff_client.post("/api/v1/products/cup/variants", sku).status_code == 201


def test_what_was_sold_is_not_deleted(staff_client, store):
    ProductFactory(store=store, slug="cup", first_sold_at=datetime(2026, 1, 1, tzinfo=UTC))

    answer = staff_client.delete("/api/v1/products/cup")

    assert (answer.status_code, answer.json()["code"]) == (409, "product_has_sales")
    assert Product.objects.get().deleted_at is None
    assert events() == []


def test_a_writer_who_saw_an_older_version_is_refused(staff_client, store):
    product = ProductFactory(store=store, slug="cup", title="Cup")
    seen = staff_client.get("/api/v1/products/cup")["ETag"]
    price = {"sku": "CUP", "price": {"amount": "1.00", "currency": "EUR"}}
    assert staff_client.post("/api/v1/products/cup/variants", price).status_code == 201

    change = staff_client.patch(
        "/api/v1/products/cup", {"title": "Mug"}, headers={"If-Match": seen}
    )
    delete = staff_client.delete("/api/v1/products/cup", headers={"If-Match": seen})

    for answer in (change, delete):
        assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")
    product.refresh_from_db()
    assert (product.title, product.deleted_at) == ("Cup", None)

    now = staff_client.get("/api/v1/products/cup")["ETag"]
    fresh = staff_client.patch("/api/v1/products/cup", {"title": "Mug"}, headers={"If-Match": now})
    assert fresh.status_code == 200
    assert fresh["ETag"] != now
