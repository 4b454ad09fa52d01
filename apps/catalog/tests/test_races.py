"""What several people do to the catalogue at once."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from apps.catalog import services as catalog
from apps.catalog.invariants import INVARIANTS
from apps.catalog.models import Category, Product, Variant
from apps.catalog.tests.factories import CategoryFactory, ProductFactory, VariantFactory
from apps.core.money import Money
from apps.events.models import OutboxEvent
from tests.promises import broken_among
from tests.threads import ended_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _promises_are_kept(store):
    yield
    assert broken_among(INVARIANTS) == []


def test_one_slug_makes_one_product(store):
    def create():
        catalog.create_product(store=store, by=None, title="Cup")

    assert ended_at_once(*[create] * 6) == ["done"] + ["slug_taken"] * 5
    assert Product.objects.count() == 1
    assert OutboxEvent.objects.count() == 1


def test_one_slug_makes_one_category(store):
    def create():
        catalog.create_category(store=store, by=None, name="Cups")

    assert ended_at_once(*[create] * 6) == ["done"] + ["slug_taken"] * 5
    assert Category.objects.count() == 1


def test_one_sku_makes_one_variant_though_the_products_are_two(store):
    def create(product):
        catalog.create_variant(
            store=store,
            product_id=product.pk,
            by=None,
            sku="CUP",
            price=Money(Decimal("5.00"), "EUR"),
        )

    products = ProductFactory.create_batch(4, store=store)
    acts = [lambda one=product: create(one) for product in products]
    assert ended_at_once(*acts) == ["done"] + ["sku_taken"] * 3
    assert Variant.objects.count() == 1


def test_of_writers_who_saw_one_version_one_wins(store):
    product = ProductFactory(store=store)

    def rename(title):
        catalog.update_product(
            store=store, product_id=product.pk, by=None, expected_version=1, title=title
        )

    acts = [lambda title=f"Cup {number}": rename(title) for number in range(6)]
    assert ended_at_once(*acts) == ["done"] + ["stale_version"] * 5
    product.refresh_from_db()
    assert product.version == 2
    assert OutboxEvent.objects.count() == 1


def test_every_change_of_a_variant_counts_its_product_up(store):
    product = ProductFactory(store=store, options=["Size"])
    variants = [VariantFactory(product=product, option_values=[str(n)]) for n in range(6)]

    def rename(variant):
        catalog.update_variant(
            store=store, product_id=product.pk, variant_id=variant.pk, by=None, title="New"
        )

    acts = [lambda one=variant: rename(one) for variant in variants]
    assert ended_at_once(*acts) == ["done"] * 6
    product.refresh_from_db()
    assert product.version == 7


def test_two_moves_make_no_circle(store):
    one, other = CategoryFactory.create_batch(2, store=store)

    def move(category, parent):
        catalog.update_category(
            store=store, category_id=category.pk, by=None, parent=str(parent.public_id)
        )

    outcome = ended_at_once(lambda: move(one, other), lambda: move(other, one))

    assert outcome == ["category_cycle", "done"]


def test_nothing_is_put_into_a_category_that_is_being_deleted(store):
    for number in range(5):
        shelf = CategoryFactory(store=store, slug=f"shelf-{number}")

        outcome = ended_at_once(
            lambda slug=shelf.slug: catalog.create_product(
                store=store, by=None, title=f"In {slug}", categories=[slug]
            ),
            lambda slug=shelf.slug: catalog.create_category(
                store=store, by=None, name=f"Below {slug}", parent=slug
            ),
            lambda pk=shelf.pk: catalog.delete_category(
                store=store, category_id=pk, by=None, now=timezone.now()
            ),
        )

        assert outcome in (
            ["category_not_empty", "done", "done"],
            ["done", "unknown_category", "unknown_category"],
        )


def test_a_product_is_sold_or_deleted_and_never_both(store):
    for _ in range(5):
        product = ProductFactory(store=store)

        def sell(pk=product.pk):
            with transaction.atomic():
                catalog.record_first_sale(store=store, product_ids=[pk], now=timezone.now())

        def delete(pk=product.pk):
            catalog.delete_product(store=store, product_id=pk, by=None, now=timezone.now())

        assert ended_at_once(sell, delete) in (
            ["done", "product_has_sales"],
            ["done", "product_unavailable"],
        )


def test_a_variant_always_fits_the_options_of_its_product(store):
    for number in range(5):
        product = ProductFactory(store=store, options=["Size"])

        def add(pk=product.pk, sku=f"CUP-{number}"):
            catalog.create_variant(
                store=store,
                product_id=pk,
                by=None,
                sku=sku,
                price=Money(Decimal("5.00"), "EUR"),
                option_values=["M"],
            )

        def widen(pk=product.pk):
            catalog.update_product(store=store, product_id=pk, by=None, options=["Size", "Colour"])

        assert ended_at_once(add, widen) in (
            ["done", "options_in_use"],
            ["done", "wrong_option_count"],
        )


def test_stock_and_staff_may_touch_the_same_variants(store):
    product = ProductFactory(store=store, options=["Size"])
    pks = [VariantFactory(product=product, option_values=[str(n)]).pk for n in range(4)]

    def flip(state):
        with transaction.atomic():
            catalog.record_availability(
                in_stock=pks if state else [], out_of_stock=[] if state else pks[::-1]
            )

    def edit(pk):
        catalog.update_variant(
            store=store, product_id=product.pk, variant_id=pk, by=None, title="New"
        )

    acts = [lambda: flip(True), lambda: flip(False), *[lambda pk=pk: edit(pk) for pk in pks]]
    assert ended_at_once(*acts) == ["done"] * 6
    assert len(set(Variant.objects.values_list("in_stock", flat=True))) == 1
