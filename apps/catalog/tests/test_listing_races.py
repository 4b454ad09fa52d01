"""Several things that one listing shows change at once, and what that does without the lock."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection, transaction

from apps.catalog import services as catalog
from apps.catalog.invariants import INVARIANTS
from apps.catalog.models import ProductListing
from apps.catalog.tests.factories import CategoryFactory, ProductFactory, VariantFactory
from apps.core.money import Money
from tests.promises import broken_among
from tests.threads import ended_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

refreshing = import_module("apps.catalog.services.refresh_listings")
_LISTED = "lists and search show every live product as it is"


def flip_all_at_once(store):
    """Five times: of a product with four variants each one is said to be in stock by another."""
    for _ in range(5):
        product = ProductFactory(store=store, options=["Size"])
        pks = [VariantFactory(product=product, option_values=[str(n)]).pk for n in range(4)]

        def flip(pk):
            with transaction.atomic():
                catalog.record_availability(in_stock=[pk], out_of_stock=[])

        def reprice(pk, product_id=product.pk):
            catalog.update_variant(
                store=store,
                product_id=product_id,
                variant_id=pk,
                by=None,
                price=Money(Decimal(99), "EUR"),
            )

        acts = [lambda pk=pk: flip(pk) for pk in pks[:2]]
        acts += [lambda pk=pk: reprice(pk) for pk in pks[2:]]
        assert ended_at_once(*acts) == ["done"] * 4


def test_of_two_who_change_one_product_the_later_sees_the_earlier(store):
    flip_all_at_once(store)

    assert broken_among(INVARIANTS) == []


def test_without_the_lock_a_listing_is_left_behind(store, monkeypatch):
    # The wait makes sure that each has looked before another has committed.
    hasty = refreshing._WRITE.replace(
        ") AS truth\n", "AND pg_sleep(0.05)::text = '') AS truth\n", 1
    )
    monkeypatch.setattr(refreshing, "_LOCK", "SELECT 1")
    monkeypatch.setattr(refreshing, "_WRITE", hasty)

    flip_all_at_once(store)

    assert broken_among(INVARIANTS) == [_LISTED]


def test_a_product_put_into_a_category_that_is_being_moved_is_listed_where_it_is(store):
    for number in range(5):
        top = CategoryFactory(store=store, slug=f"top-{number}")
        shelf = CategoryFactory(store=store, slug=f"shelf-{number}", parent=top)
        box = CategoryFactory(store=store, slug=f"box-{number}", parent=shelf)
        product = ProductFactory(store=store)

        outcome = ended_at_once(
            lambda pk=shelf.pk: catalog.update_category(
                store=store, category_id=pk, by=None, parent=None
            ),
            lambda pk=product.pk, slug=box.slug: catalog.update_product(
                store=store, product_id=pk, by=None, categories=[slug]
            ),
            lambda slug=box.slug: catalog.create_product(
                store=store, by=None, title=f"In {slug}", categories=[slug]
            ),
        )

        assert outcome == ["done"] * 3
    assert broken_among(INVARIANTS) == []


def test_a_rebuild_beside_writers_leaves_nothing_wrong(store):
    products = ProductFactory.create_batch(10, store=store)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_productlisting WHERE product_id % 2 = 0")

    def rename(product):
        catalog.update_product(store=store, product_id=product.pk, by=None, title="New")

    def rebuild():
        return sum(catalog.rebuild_listings(store=store))

    acts = [lambda one=one: rename(one) for one in products[::3]]
    assert ended_at_once(rebuild, rebuild, *acts) == ["done"] * 6
    assert broken_among(INVARIANTS) == []
    assert ProductListing.objects.filter(title="New").count() == 4
