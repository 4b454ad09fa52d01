"""What the catalogue tells of people, and what stays when these are forgotten."""

import json

import pytest
from django.db import transaction
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts.data_registry import Reason
from apps.accounts.errors import PersonErased
from apps.catalog import services as catalog
from apps.catalog.invariants import INVARIANTS
from apps.catalog.models import Product, Review, WishlistItem
from apps.catalog.tests.factories import ProductFactory, ReviewFactory, WishlistItemFactory
from apps.events.models import OutboxEvent
from tests.promises import broken_among


@pytest.fixture
def review(store, shopper):
    lamp = ProductFactory(store=store, slug="lamp")
    return ReviewFactory(product=lamp, author=shopper, show_name=True)


def exported(person):
    return json.loads("".join(accounts.export_person(person=person)))


def erased(person):
    report = accounts.erase_person(person=person, by=None)
    return {(one.section, one.reason): one.count for one in report.kept}


def test_exports_reviews_and_wishes(shopper, review):
    WishlistItemFactory(owner=shopper, product=review.product)
    ReviewFactory(product=review.product)

    told = exported(shopper)

    (one,) = told["reviews"]
    assert (one["product"], one["rating"], one["title"]) == ("lamp", "4.0", "Good")
    assert one["body"] == "It does what it should."
    assert [wish["product"] for wish in told["wishlist"]] == ["lamp"]


def test_exports_many_in_few_statements(store, shopper, django_assert_max_num_queries):
    for _ in range(30):
        product = ProductFactory(store=store)
        ReviewFactory(product=product, author=shopper)
        WishlistItemFactory(product=product, owner=shopper)

    with django_assert_max_num_queries(20):
        assert len(exported(shopper)["reviews"]) == 30


def test_who_is_forgotten_takes_the_words_along_and_leaves_the_rating(anonymous, shopper, review):
    WishlistItemFactory(owner=shopper, product=review.product)

    kept = erased(shopper)

    assert kept["reviews", Reason.ACCOUNTABILITY] == 1
    assert not WishlistItem.objects.exists()
    (shown,) = anonymous.get("/api/v1/products/lamp/reviews").json()["results"]
    assert (shown["author"], shown["title"], shown["body"]) == ("Customer", "", "")
    assert shown["rating"] == "4.0"
    assert broken_among(INVARIANTS) == []
    told = OutboxEvent.objects.get(name="review.updated")
    assert told.payload["changed"] == ["title", "body"]


def test_words_of_hidden_reviews_and_of_deleted_products_go_too(shopper, review):
    Review.objects.update(state="hidden")
    Product.objects.update(deleted_at=timezone.now())

    erased(shopper)

    review.refresh_from_db()
    assert (review.title, review.body) == ("", "")


def test_nothing_is_written_about_who_is_forgotten(store, shopper, review):
    erased(shopper)

    for act in (
        lambda: catalog.update_review(
            store=store, review_id=review.pk, author=shopper, by=shopper, body="Ada was here"
        ),
        lambda: catalog.add_to_wishlist(
            store=store, owner=shopper, product=review.product, by=shopper
        ),
    ):
        with pytest.raises(PersonErased):
            act()
    assert not WishlistItem.objects.exists()


def test_erasing_is_one_transaction(shopper, review):
    with transaction.atomic():
        erased(shopper)
        transaction.set_rollback(True)

    review.refresh_from_db()
    assert review.title == "Good"
