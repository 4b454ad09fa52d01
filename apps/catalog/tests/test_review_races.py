"""What several people write and wish for at once; the guards are seen to be needed."""

from decimal import Decimal
from functools import partial
from importlib import import_module

import pytest
from django.db import IntegrityError
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts.tests.factories import UserFactory
from apps.catalog import services as catalog
from apps.catalog.invariants import INVARIANTS
from apps.catalog.models import Review, WishlistItem
from apps.catalog.tests.factories import ProductFactory, ReviewFactory
from apps.events.models import OutboxEvent
from tests.promises import broken_among
from tests.threads import at_once, ended_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ADDING = "apps.catalog.services.add_to_wishlist"
PROMISE = "a product's rating is that of its published reviews"


@pytest.fixture
def lamp(store):
    return ProductFactory(store=store)


def write(product, author, rating=4):
    return catalog.create_review(
        store=product.store,
        product_id=product.pk,
        author=author,
        by=author,
        now=timezone.now(),
        rating=Decimal(rating),
    )


def rerate(review, rating):
    catalog.update_review(
        store=review.store,
        review_id=review.pk,
        author=review.author,
        by=review.author,
        rating=Decimal(rating),
    )


def hide(review):
    catalog.hide_review(store=review.store, review_id=review.pk, by=None, reason="It is rude.")


def delete(review):
    catalog.delete_review(
        store=review.store, review_id=review.pk, by=review.author, now=timezone.now()
    )


def everything_at_once(lamp):
    """Twenty-four people and their moderators: new reviews, second thoughts, two of everything."""
    known = ReviewFactory.create_batch(6, product=lamp)
    newcomers = UserFactory.create_batch(8, store=lamp.store)
    return ended_at_once(
        *[partial(write, lamp, author, rating=place % 6) for place, author in enumerate(newcomers)],
        *[partial(rerate, review, rating) for review in known[:3] for rating in (1, 5)],
        *[partial(hide, review) for review in known[2:4] for _ in range(2)],
        *[partial(delete, review) for review in known[3:5] for _ in range(2)],
    )


def test_a_rating_is_exact_however_many_write_at_once(lamp):
    for _ in range(3):
        ended = everything_at_once(lamp)

        assert set(ended) <= {"done", "not_found", "review_state_conflict"}
        assert broken_among(INVARIANTS) == []
    lamp.refresh_from_db()
    assert lamp.version == 1
    assert lamp.rating_count == Review.objects.filter(product=lamp, state="published").count()


def test_mutant_without_the_lock_of_the_product_the_rating_is_wrong(lamp, without_locks):
    for _ in range(10):
        newcomers = UserFactory.create_batch(6, store=lamp.store)
        at_once(*[partial(write, lamp, author) for author in newcomers])
        if broken := broken_among(INVARIANTS):
            break

    assert broken == [PROMISE]


def test_second_thoughts_of_one_author_count_once(lamp):
    review = ReviewFactory(product=lamp)

    at_once(*[partial(rerate, review, rating) for rating in (0, 1, 2, 3, 4, 5) * 2])

    review.refresh_from_db()
    lamp.refresh_from_db()
    assert (lamp.rating_sum, lamp.rating_count) == (review.points, 1)


def test_one_author_reviews_a_product_once_in_ten_tries(lamp, shopper):
    ended = ended_at_once(*[partial(write, lamp, shopper)] * 10)

    assert ended == ["done"] + ["review_exists"] * 9
    assert broken_among(INVARIANTS) == []
    assert OutboxEvent.objects.filter(name="review.created").count() == 1


def test_who_is_forgotten_meanwhile_leaves_no_words(lamp):
    for _ in range(3):
        author = UserFactory(store=lamp.store)
        review = ReviewFactory(product=lamp, author=author)

        def edit(review=review, author=author):
            catalog.update_review(
                store=lamp.store, review_id=review.pk, author=author, by=author, body="Me again"
            )

        ended = ended_at_once(
            edit, edit, lambda author=author: accounts.erase_person(person=author, by=None)
        )

        assert set(ended) <= {"done", "person_erased"}
        review.refresh_from_db()
        assert (review.title, review.body) == ("", "")
        assert broken_among(INVARIANTS) == []


def test_a_product_is_reviewed_or_deleted(store, shopper):
    for _ in range(3):
        product = ProductFactory(store=store)

        ended = ended_at_once(
            partial(write, product, UserFactory(store=store)),
            lambda product=product: catalog.delete_product(
                store=store, product_id=product.pk, by=None, now=timezone.now()
            ),
        )

        assert ended in (["done", "done"], ["done", "not_found"])
        assert broken_among(INVARIANTS) == []


# --- wishlists -----------------------------------------------------------------------------------
def wish(product, owner):
    return catalog.add_to_wishlist(store=product.store, owner=owner, product=product, by=owner)


def test_a_product_wished_for_ten_times_at_once_is_there_once(lamp, shopper):
    assert sorted(at_once(*[partial(wish, lamp, shopper)] * 10)) == [False] * 9 + [True]

    assert WishlistItem.objects.count() == 1
    assert OutboxEvent.objects.count() == 1


def test_the_last_place_is_taken_once(store, shopper, monkeypatch):
    monkeypatch.setattr(import_module(ADDING), "MAX_WISHES", 3)
    products = ProductFactory.create_batch(8, store=store)

    ended = ended_at_once(*[partial(wish, product, shopper) for product in products])

    assert ended == ["done"] * 3 + ["wishlist_full"] * 5
    assert WishlistItem.objects.count() == 3


def test_mutant_without_the_lock_of_the_person_more_is_wished_for(
    store, shopper, monkeypatch, without_locks
):
    monkeypatch.setattr(import_module(ADDING), "MAX_WISHES", 3)
    products = ProductFactory.create_batch(8, store=store)
    most = 0

    for _ in range(20):  # until two of them have counted before either has written
        ended_at_once(*[partial(wish, product, shopper) for product in products])
        most = WishlistItem.objects.count()
        if most > 3:
            break
        WishlistItem.objects.all().delete()

    assert most > 3


def test_mutant_without_the_lock_of_the_person_a_wish_comes_twice(lamp, shopper, without_locks):
    def attempt():
        try:
            return wish(lamp, shopper)
        except IntegrityError:
            return "taken twice"

    for _ in range(20):
        ended = at_once(*[attempt] * 5)
        if "taken twice" in ended:
            break
        WishlistItem.objects.all().delete()

    assert "taken twice" in ended


def test_adding_and_removing_end_with_a_list_that_is_one_or_the_other(lamp, shopper):
    def remove():
        return catalog.remove_from_wishlist(
            owner=shopper, wishes=WishlistItem.objects.all(), by=shopper
        )

    at_once(*[partial(wish, lamp, shopper), remove] * 5)

    names = list(OutboxEvent.objects.order_by("pk").values_list("name", flat=True))
    turns = ["wishlist.item_added", "wishlist.item_removed"] * 5
    assert names == turns[: len(names)]  # in turn, and never twice the same
    assert WishlistItem.objects.count() == len(names) % 2
