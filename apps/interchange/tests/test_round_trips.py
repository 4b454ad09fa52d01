"""What goes out in our own layout comes in again: into this store, and into an empty one."""

import io

import pytest
from django.utils import timezone

from apps.catalog.models import Product
from apps.catalog.tests.factories import (
    CategoryFactory,
    ProductFactory,
    ProductImageFactory,
    VariantFactory,
)
from apps.core.batches import in_batches
from apps.interchange import services
from apps.interchange.exporting import Kind, Wanted, Writing
from apps.interchange.formats.lines import bounded_lines
from apps.interchange.formats.native import read_products
from apps.interchange.outlets import outlet_for
from apps.interchange.pictures import pictures_beside
from apps.inventory.tests.factories import StockItemFactory, WarehouseFactory
from apps.stores.tests.factories import StoreFactory

pytestmark = pytest.mark.django_db
each_way = pytest.mark.parametrize("writing", list(Writing))


@pytest.fixture
def goods(store):
    """Everything that is hard to write down."""
    kitchen = CategoryFactory(store=store, slug="kitchen", name="kitchen")
    cups = CategoryFactory(store=store, slug="cups", name="cups", parent=kitchen)
    sale = CategoryFactory(store=store, slug="sale", name="sale")
    cup = ProductFactory(
        store=store,
        slug="cup",
        title='=Cup, "large" \U0001f600',
        description="<p>One\nTwo</p>",
        vendor="'=Loom",
        product_type="-Cups",
        tags=["a, b", 'say "c"', "=d"],
        options=["Size", "+Colour"],
        is_featured=True,
        metadata={"n": [1, {"x": None}], "ü": "='"},
    )
    cup.categories.add(cups, sale)
    for place, size in enumerate(["S", "@L"]):
        variant = VariantFactory(
            product=cup,
            sku=f"CUP-{place}",
            title=f"+{size}",
            option_values=[size, "Blue"],
            price_amount="19.90",
            compare_at_amount="25.00",
            barcode="0012",
            weight_grams=0,
            position=place,
            metadata={"cost": "1.5"},
        )
        StockItemFactory(variant=variant, on_hand=place + 1)
    for number in range(2):
        ProductImageFactory(
            product=cup,
            source_url=f"https://pictures.example/{number}.jpg",
            alt=["=Front", ""][number],
            position=number,
        )
    VariantFactory(product=ProductFactory(store=store, slug="draft", published_at=None), sku="D")
    return store


def exported(store, writing):
    outlet = outlet_for(store=store, wanted=Wanted(kind=Kind.PRODUCTS, writing=writing))
    return "".join(one.text for one in services.generate_export(outlet=outlet, read=in_batches))


def imported(text, store):
    records = read_products(bounded_lines(io.BytesIO(text.encode())), currency="EUR")
    load = pictures_beside("-")
    return services.import_products(
        store=store, records=records, load_picture=load, by=None, now=timezone.now()
    )


@each_way
def test_into_the_same_store_nothing_changes(goods, writing):
    state = Product.objects.order_by("pk").values_list("version", "metadata", "published_at")
    text, before = exported(goods, writing), list(state)

    assert str(imported(text, goods)) == "0 created, 0 changed, 2 unchanged, 0 refused"

    assert (exported(goods, writing), list(state)) == (text, before)


@each_way
def test_into_an_empty_store_all_is_as_it_was(goods, writing):
    text = exported(goods, writing)
    empty = StoreFactory()
    WarehouseFactory(store=empty, is_default=True)

    assert str(imported(text, empty)) == "2 created, 0 changed, 0 unchanged, 0 refused"

    assert exported(empty, writing) == text


def test_a_picture_of_our_own_is_known_again(goods):
    product = Product.objects.get(slug="draft")
    ProductImageFactory(product=product, source_url="", file="products/ab/0123.png")
    assert "products/ab/0123.png" in exported(goods, Writing.CSV)
    assert str(imported(exported(goods, Writing.CSV), goods)).startswith("0 created, 0 changed, 2")
