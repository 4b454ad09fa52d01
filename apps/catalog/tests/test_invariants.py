from datetime import UTC, datetime

import pytest
from django.db import connection

from apps.catalog.invariants import INVARIANTS
from apps.catalog.models import (
    Category,
    Product,
    ProductImage,
    ProductListing,
    Review,
    Variant,
    WishlistItem,
)
from apps.catalog.tests.factories import (
    CategoryFactory,
    ProductFactory,
    ProductImageFactory,
    ReviewFactory,
    VariantFactory,
    WishlistItemFactory,
)
from apps.stores.tests.factories import StoreFactory

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def broken():
    found = {}
    with connection.cursor() as cursor:
        for invariant in INVARIANTS:
            cursor.execute(invariant.broken_rows)
            if rows := cursor.fetchall():
                found[invariant.id] = len(rows)
    return found


@pytest.fixture
def catalogue(store):
    """Two categories in one another, and a product in the inner one."""
    outer = CategoryFactory(store=store)
    inner = CategoryFactory(store=store, parent=outer)
    product = ProductFactory(store=store, options=["Size"])
    product.categories.add(inner)
    VariantFactory(product=product, option_values=["M"])
    ProductImageFactory(product=product)
    ReviewFactory(product=product)
    ReviewFactory(product=product, state="hidden")
    WishlistItemFactory(product=product)


@pytest.mark.usefixtures("catalogue")
def test_a_good_catalogue_breaks_no_promise():
    assert broken() == {}


def reparent():
    inner = Category.objects.get(parent__isnull=False)
    Category.objects.filter(pk=inner.parent_id).update(parent=inner)


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (lambda: Variant.objects.update(currency="USD"), {"I2": 1, "C6": 1}),
        (lambda: Product.objects.update(options=["Size", "Colour"]), {"C1": 1}),
        (lambda: Product.objects.update(options=[]), {"C1": 1, "C6": 1}),
        (lambda: Variant.objects.update(store=StoreFactory()), {"C2": 1}),
        (lambda: ProductImage.objects.update(store=StoreFactory()), {"C2": 1}),
        (lambda: Product.objects.update(store=StoreFactory()), {"C2": 3, "C6": 1, "C8": 3}),
        (
            lambda: Product.objects.update(first_sold_at=NOON, deleted_at=NOON),
            {"C3": 1, "C4": 1, "C6": 1},
        ),
        (lambda: Category.objects.filter(parent=None).update(deleted_at=NOON), {"C4": 1}),
        (lambda: Category.objects.exclude(parent=None).update(deleted_at=NOON), {"C4": 1}),
        (reparent, {"C5": 2}),
        (lambda: Product.objects.update(title="New"), {"C6": 1}),
        (lambda: Variant.objects.update(in_stock=True), {"C6": 1}),
        (lambda: ProductListing.objects.all().delete(), {"C6": 1}),
        (lambda: Product.objects.update(rating_sum=7), {"C6": 1, "C7": 1}),
        (lambda: Product.objects.update(rating_count=2), {"C6": 1, "C7": 1}),
        (lambda: Review.objects.update(points=1), {"C7": 1}),
        (lambda: Review.objects.update(state="published"), {"C7": 1}),
        (lambda: Review.objects.update(deleted_at=NOON), {"C7": 1}),
        (lambda: Review.objects.update(store=StoreFactory()), {"C8": 2}),
        (lambda: WishlistItem.objects.update(store=StoreFactory()), {"C8": 1}),
    ],
)
def test_every_harm_is_found(harm, found):
    harm()

    assert broken() == found
