"""The last line: what the database itself refuses."""

from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError
from django.utils import timezone

from apps.catalog.models import Category, Product, Variant
from apps.catalog.queries import variants_for_sale
from apps.catalog.tests.factories import (
    CategoryFactory,
    ProductFactory,
    ProductImageFactory,
    VariantFactory,
)
from apps.core.constraints import violated_constraint
from apps.core.money import Money
from tests.statements import at_most

A_UUID = "0190A2B4-1111-7000-8000-000000000000"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("factory", "values", "constraint"),
    [
        (CategoryFactory, {"slug": ""}, "category_slug_is_no_id"),
        (CategoryFactory, {"slug": A_UUID}, "category_slug_is_no_id"),
        (ProductFactory, {"slug": ""}, "product_slug_is_no_id"),
        (ProductFactory, {"slug": A_UUID}, "product_slug_is_no_id"),
        (ProductFactory, {"options": ["a", "b", "c", "d"]}, "product_options_at_most_3"),
        (ProductFactory, {"tags": "blue"}, "product_tags_are_a_list"),
        (ProductFactory, {"description": "a" * 50_001}, "product_description_bounded"),
        (VariantFactory, {"sku": ""}, "variant_has_sku"),
        (VariantFactory, {"option_values": ["a"] * 4}, "variant_option_values_at_most_3"),
        (VariantFactory, {"price_amount": Decimal("-0.01")}, "variant_price_not_negative"),
        (VariantFactory, {"compare_at_amount": Decimal("10")}, "variant_compare_at_above_price"),
        (ProductImageFactory, {"source_url": ""}, "image_has_file_or_address"),
    ],
)
def test_a_row_that_cannot_be_is_refused(factory, values, constraint):
    with pytest.raises(IntegrityError) as refusal:
        factory(**values)

    assert violated_constraint(refusal.value) == constraint


@pytest.mark.django_db
@pytest.mark.parametrize("values", [{"position": -1}, {"weight_grams": -1}])
def test_counts_are_not_negative(values):
    with pytest.raises((IntegrityError, DataError)):
        VariantFactory(**values)


def test_a_category_is_not_its_own_parent(store):
    category = CategoryFactory(store=store)

    with pytest.raises(IntegrityError) as refusal:
        Category.objects.filter(pk=category.pk).update(parent=category)

    assert violated_constraint(refusal.value) == "category_is_not_its_own_parent"


@pytest.mark.parametrize(
    ("factory", "same", "constraint"),
    [
        (CategoryFactory, {"slug": "cups"}, "category_slug_once_in_store"),
        (ProductFactory, {"slug": "cup"}, "product_slug_once_in_store"),
        (VariantFactory, {"sku": "CUP"}, "variant_sku_once_in_store"),
    ],
)
def test_a_name_belongs_to_one_live_row_of_a_store(store, factory, same, constraint):
    owner = {"product__store": store} if factory is VariantFactory else {"store": store}
    factory(**same)  # of another store
    factory(**owner, **same, deleted_at=timezone.now())
    factory(**owner, **same)

    with pytest.raises(IntegrityError) as refusal:
        factory(**owner, **same)

    assert violated_constraint(refusal.value) == constraint


def test_a_choice_of_options_belongs_to_one_live_variant(store):
    product = ProductFactory(store=store, options=["Size"])
    VariantFactory(product=product, option_values=["M"], deleted_at=timezone.now())
    VariantFactory(product=product, option_values=["M"])

    with pytest.raises(IntegrityError) as refusal:
        VariantFactory(product=product, option_values=["M"])

    assert violated_constraint(refusal.value) == "variant_options_once_in_product"


def test_the_tree_is_walked_both_ways_in_one_statement(store):
    home = CategoryFactory(store=store, slug="home")
    kitchen = CategoryFactory(store=store, slug="kitchen", parent=home)
    cups = CategoryFactory(store=store, slug="cups", parent=kitchen)
    CategoryFactory(store=store, slug="gone", parent=kitchen, deleted_at=timezone.now())
    CategoryFactory(store=store, slug="garden")
    start = Category.objects.filter(pk=kitchen.pk)

    with at_most(2):
        below = set(Category.objects.with_descendants_of(start))
        above = set(Category.objects.with_ancestors_of(start))

    assert below == {kitchen, cups}
    assert above == {home, kitchen}


def test_a_circle_ends_the_walk_instead_of_the_server(store):
    one = CategoryFactory(store=store)
    other = CategoryFactory(store=store, parent=one)
    Category.objects.filter(pk=one.pk).update(parent=other)
    start = Category.objects.filter(pk=one.pk)

    assert set(Category.objects.with_descendants_of(start)) == {one, other}
    assert set(Category.objects.with_ancestors_of(start)) == {one, other}


def test_a_slug_of_hexadecimal_digits_is_no_id(store):
    product = ProductFactory(store=store, slug="deadbeef" * 4)

    assert Product.objects.named("deadbeef" * 4).get() == product


def test_prices_are_money(store):
    variant = VariantFactory(product__store=store, compare_at_amount=Decimal("12"))

    assert variant.price == Money(Decimal("10.00"), "EUR")
    assert variant.compare_at == Money(Decimal("12"), "EUR")
    assert VariantFactory(product__store=store).compare_at is None


def test_for_sale_is_what_is_live_and_published_in_the_store(store):
    wanted = VariantFactory(product__store=store)
    VariantFactory(product__store=store, deleted_at=timezone.now())
    VariantFactory(product__store=store, product__deleted_at=timezone.now())
    VariantFactory(product__store=store, product__published_at=None)
    VariantFactory()

    with at_most(1):
        (variant,) = variants_for_sale(store=store)
        assert variant.product.title

    assert variant == wanted


def test_deleted_rows_stay_reachable_from_what_refers_to_them(store):
    variant = VariantFactory(product__store=store)
    variant.product.mark_deleted(now=timezone.now())

    assert not Product.objects.exists()
    assert Variant.objects.get().product == variant.product
