"""What people would like to have."""

import pytest
from django.utils import timezone

from apps.accounts.api_keys import make_key
from apps.accounts.scopes import Scope
from apps.accounts.tests.factories import ApiKeyFactory
from apps.catalog.models import Product, WishlistItem
from apps.catalog.models.wishlist_item import MAX_WISHES
from apps.catalog.tests.factories import (
    CategoryFactory,
    ProductFactory,
    ProductImageFactory,
    VariantFactory,
    WishlistItemFactory,
)
from apps.events.models import OutboxEvent
from tests.statements import at_most

WISHLIST = "/api/v1/wishlist"


@pytest.fixture
def lamp(store):
    return ProductFactory(store=store, slug="lamp")


def wished(client, **query):
    return [one["slug"] for one in client.get(WISHLIST, query).json()["results"]]


def problem(answer):
    return answer.status_code, answer.json()["code"]


def test_a_product_is_put_on_it_once(shopper_client, shopper, lamp):
    first, again = [shopper_client.post(WISHLIST, {"product": "lamp"}) for _ in range(2)]

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["slug"] == "lamp"
    assert again.json() == first.json()
    assert WishlistItem.objects.count() == 1
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("wishlist.item_added", shopper.public_id)
    assert event.payload == {"product_id": str(lamp.public_id)}


def test_it_shows_products_as_their_list_does_the_last_wish_first(shopper_client, shopper, lamp):
    VariantFactory(product=lamp)
    mug = ProductFactory(store=lamp.store, slug="mug")
    for product in (mug, lamp):
        WishlistItemFactory(owner=shopper, product=product)
    WishlistItemFactory(product=ProductFactory(store=lamp.store))

    page = shopper_client.get(WISHLIST).json()

    assert (page["count"], [one["slug"] for one in page["results"]]) == (2, ["lamp", "mug"])
    listed = {one["slug"]: one for one in shopper_client.get("/api/v1/products").json()["results"]}
    assert page["results"] == [listed["lamp"], listed["mug"]]
    assert wished(shopper_client, page_size=1, page=2) == ["mug"]


def test_what_is_not_published_is_out_of_sight_and_comes_back(shopper_client, shopper, lamp):
    WishlistItemFactory(owner=shopper, product=lamp)

    Product.objects.update(published_at=None)
    assert wished(shopper_client) == []
    Product.objects.update(published_at=timezone.now())
    assert wished(shopper_client) == ["lamp"]


def test_a_wish_is_taken_back(shopper_client, shopper, lamp):
    WishlistItemFactory(owner=shopper, product=lamp)
    other = WishlistItemFactory(product=lamp)

    answers = [shopper_client.delete(f"{WISHLIST}/{lamp.public_id}") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert list(WishlistItem.objects.all()) == [other]
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("wishlist.item_removed", shopper.public_id)
    assert event.payload == {"product_id": str(lamp.public_id)}


def test_what_is_out_of_sight_may_be_taken_off_too(shopper_client, shopper, store):
    draft = ProductFactory(store=store, slug="draft", published_at=None)
    WishlistItemFactory(owner=shopper, product=draft)

    assert shopper_client.delete(f"{WISHLIST}/draft").status_code == 204

    assert not WishlistItem.objects.exists()
    assert shopper_client.delete(f"{WISHLIST}/draft").status_code == 404


def test_all_wishes_are_taken_back_at_once(shopper_client, shopper, store):
    for _ in range(3):
        WishlistItemFactory(owner=shopper, product=ProductFactory(store=store))
    WishlistItemFactory(product=ProductFactory(store=store))

    assert shopper_client.delete(WISHLIST).status_code == 204

    assert wished(shopper_client) == []
    assert WishlistItem.objects.count() == 1
    assert OutboxEvent.objects.filter(name="wishlist.item_removed").count() == 3


@pytest.mark.parametrize("slug", ["draft", "theirs", "gone", "never-was"])
def test_nobody_wishes_for_what_they_cannot_see(shopper_client, store, slug):
    ProductFactory(store=store, slug="draft", published_at=None)
    ProductFactory(store=store, slug="gone", deleted_at=timezone.now())
    ProductFactory(slug="theirs")

    added = shopper_client.post(WISHLIST, {"product": slug})

    assert problem(added) == (422, "unknown_product")
    assert shopper_client.delete(f"{WISHLIST}/{slug}").status_code == 404
    assert not WishlistItem.objects.exists()


def test_it_is_full_at_five_hundred(shopper_client, shopper, lamp):
    products = ProductFactory.build_batch(MAX_WISHES, store=lamp.store)
    Product.objects.bulk_create(products)
    WishlistItem.objects.bulk_create(
        WishlistItem(store=lamp.store, owner=shopper, product=one) for one in products
    )

    answer = shopper_client.post(WISHLIST, {"product": "lamp"})

    assert problem(answer) == (409, "wishlist_full")
    assert answer.json()["limit"] == 500
    assert WishlistItem.objects.count() == 500
    known = shopper_client.post(WISHLIST, {"product": products[0].slug})
    assert known.status_code == 200
    Product.objects.filter(pk=products[0].pk).update(deleted_at=timezone.now())
    assert shopper_client.post(WISHLIST, {"product": "lamp"}).status_code == 201


def test_it_is_for_people(anonymous, store, lamp):
    assert anonymous.get(WISHLIST).status_code == 401
    made = make_key()
    ApiKeyFactory(store=store, prefix=made.prefix, digest=made.digest, scopes=list(Scope))
    anonymous.credentials(HTTP_AUTHORIZATION=f"Api-Key {made.text}")

    for answer in (
        anonymous.get(WISHLIST),
        anonymous.post(WISHLIST, {"product": "lamp"}),
        anonymous.delete(WISHLIST),
        anonymous.delete(f"{WISHLIST}/lamp"),
    ):
        assert problem(answer) == (403, "person_required")


def test_it_costs_few_statements_however_long_it_is(shopper_client, shopper, store):
    for _ in range(12):
        product = ProductFactory(store=store)
        product.categories.add(CategoryFactory(store=store))
        VariantFactory(product=product)
        ProductImageFactory(product=product)
        WishlistItemFactory(owner=shopper, product=product)

    with at_most(5):  # who asks, how many, the page, its images, its categories
        assert len(wished(shopper_client)) == 12
