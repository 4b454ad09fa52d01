"""What services check for callers that have no form: imports, commands, other apps."""

from decimal import Decimal

import pytest

from apps.catalog import services as catalog
from apps.catalog.errors import InvalidDetails, NotInCatalog, PriceTooPrecise
from apps.catalog.models import Product, ProductImage, Variant
from apps.catalog.tests.factories import ProductFactory, ProductImageFactory, VariantFactory
from apps.core.money import Money
from apps.core.transactions import TransactionForbidden
from apps.events.models import OutboxEvent


def fields(refusal):
    return [error["field"] for error in refusal.value.extensions["errors"]]


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "a" * 256}, "title"),
        ({"slug": "not a slug"}, "slug"),
        ({"slug": "featured"}, "slug"),
        ({"slug": "a" * 201}, "slug"),
        ({"vendor": "a" * 256}, "vendor"),
        ({"description": "a" * 50_001}, "description"),
        ({"tags": ["a" * 101]}, "tags"),
        ({"tags": [f"tag {n}" for n in range(101)]}, "tags"),
        ({"options": ["a", "b", "c", "d"]}, "options"),
        ({"options": ["Size", " SIZE "]}, "options"),
        ({"options": ["  "]}, "options"),
        ({"metadata": {"a": "a" * 40_000}}, "metadata"),
    ],
)
def test_a_product_that_cannot_be_is_refused(store, details, field):
    product = ProductFactory(store=store, slug="before", title="Before")

    with pytest.raises(InvalidDetails) as creating:
        catalog.create_product(store=store, by=None, **{"title": "Cup"} | details)
    with pytest.raises(InvalidDetails) as updating:
        catalog.update_product(store=store, product_id=product.pk, by=None, **details)

    assert fields(creating) == fields(updating) == [field]
    assert (Product.objects.get().title, Product.objects.get().version) == ("Before", 1)
    assert not OutboxEvent.objects.exists()


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"sku": ""}, "sku"),
        ({"sku": "a" * 101}, "sku"),
        ({"price": Money(Decimal("-1"), "EUR")}, "price"),
        ({"price": Money(Decimal("1e17"), "EUR")}, "price"),
        ({"compare_at": Money(Decimal("5"), "EUR")}, "compare_at"),
        ({"weight_grams": -1}, "weight_grams"),
        ({"position": 2**31}, "position"),
        ({"barcode": "1" * 51}, "barcode"),
    ],
)
def test_a_variant_that_cannot_be_is_refused(store, details, field):
    product = ProductFactory(store=store)
    good = {"sku": "CUP", "price": Money(Decimal("5"), "EUR")}

    with pytest.raises(InvalidDetails) as refusal:
        catalog.create_variant(store=store, product_id=product.pk, by=None, **good | details)

    assert fields(refusal) == [field]
    assert not Variant.objects.exists()


@pytest.mark.parametrize("name", ["price", "compare_at"])
def test_a_price_nobody_can_pay_is_refused(store, name):
    variant = VariantFactory(product__store=store)

    with pytest.raises(PriceTooPrecise) as refusal:
        catalog.update_variant(
            store=store,
            product_id=variant.product_id,
            variant_id=variant.pk,
            by=None,
            **{name: Money(Decimal("19.999"), "EUR")},
        )

    assert refusal.value.extensions == {"decimals": 2}
    assert Variant.objects.get().price_amount == Decimal("10.00")


@pytest.mark.parametrize(
    "address", ["", "javascript:alert(1)", "ftp://a.example/a.jpg", "a" * 2001]
)
def test_an_address_that_cannot_be_is_refused(store, address):
    product = ProductFactory(store=store)

    with pytest.raises(InvalidDetails):
        catalog.add_image(store=store, product_id=product.pk, by=None, source_url=address)

    assert not ProductImage.objects.exists()


def test_another_stores_product_is_not_there(store):
    theirs = VariantFactory(sku="THEIRS")

    for act in (
        lambda: catalog.update_product(
            store=store, product_id=theirs.product_id, by=None, title="Mine"
        ),
        lambda: catalog.update_variant(
            store=store,
            product_id=theirs.product_id,
            variant_id=theirs.pk,
            by=None,
            sku="MINE",
        ),
        lambda: catalog.add_image(
            store=store, product_id=theirs.product_id, by=None, source_url="https://a.example/a"
        ),
    ):
        with pytest.raises(NotInCatalog):
            act()

    assert not OutboxEvent.objects.exists()
    assert Variant.objects.get().sku == "THEIRS"


def test_names_are_trimmed(store):
    product = catalog.create_product(store=store, by=None, title="Cup", options=[" Size "])
    variant = catalog.create_variant(
        store=store,
        product_id=product.pk,
        by=None,
        sku="CUP",
        price=Money(Decimal("5"), "EUR"),
        option_values=[" M "],
    )

    assert product.options == ["Size"]
    assert (variant.option_values, variant.title) == (["M"], "M")


@pytest.mark.django_db(transaction=True)
def test_files_are_removed_only_of_what_is_deleted_and_outside_a_transaction(store):
    from django.db import transaction

    image = ProductImageFactory(product__store=store)

    with pytest.raises(ProductImage.DoesNotExist):
        catalog.remove_image_files(image_id=image.public_id)
    with transaction.atomic(), pytest.raises(TransactionForbidden):
        catalog.remove_image_files(image_id=image.public_id)
