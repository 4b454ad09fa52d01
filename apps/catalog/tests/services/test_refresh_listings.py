from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import transaction

from apps.catalog import services as catalog
from apps.catalog.invariants import INVARIANTS
from apps.catalog.models import Product, ProductListing
from apps.catalog.tests.factories import CategoryFactory, ProductFactory, VariantFactory
from apps.core.money import Money
from apps.core.transactions import TransactionRequired
from apps.stores.tests.factories import StoreFactory
from tests.promises import broken_among
from tests.statements import at_most

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def listing() -> ProductListing:
    return ProductListing.objects.get()


def test_a_product_is_listed_with_what_its_variants_offer(store):
    product = ProductFactory(store=store, title="Café Crème", options=["Size"], tags=["a", "b"])
    VariantFactory(product=product, option_values=["L"], price_amount=Decimal(30), in_stock=True)
    VariantFactory(
        product=product,
        option_values=["M"],
        price_amount=Decimal(20),
        compare_at_amount=Decimal(25),
    )

    shown = listing()
    assert (shown.title, shown.plain_title, shown.tags) == ("Café Crème", "cafe creme", ["a", "b"])
    assert (shown.price_from, shown.price_to, shown.price_before) == (20, 30, 25)
    assert (shown.price_currency, shown.in_stock) == ("EUR", True)
    assert shown.price_bands == [3]
    assert shown.options == ["Size\x1fL", "Size\x1fM"]
    assert shown.rating is None


def test_every_service_keeps_it_true(store):
    home = catalog.create_category(store=store, by=None, name="Home")
    kitchen = catalog.create_category(store=store, by=None, name="Kitchen")
    product = catalog.create_product(store=store, by=None, title="Mug", categories=["kitchen"])
    assert listing().category_ids == [kitchen.pk]

    catalog.update_category(store=store, category_id=kitchen.pk, by=None, parent="home")
    assert listing().category_ids == [home.pk, kitchen.pk]
    catalog.update_category(store=store, category_id=kitchen.pk, by=None, parent=None)
    assert listing().category_ids == [kitchen.pk]

    variant = catalog.create_variant(
        store=store, product_id=product.pk, by=None, sku="MUG", price=Money(Decimal(5), "EUR")
    )
    assert listing().price_from == 5
    catalog.update_variant(
        store=store,
        product_id=product.pk,
        variant_id=variant.pk,
        by=None,
        price=Money(Decimal(6), "EUR"),
    )
    assert listing().price_from == 6
    with transaction.atomic():
        catalog.record_availability(in_stock=[variant.pk], out_of_stock=[])
    assert listing().in_stock
    catalog.delete_variant(
        store=store, product_id=product.pk, variant_id=variant.pk, by=None, now=NOON
    )
    assert (listing().price_from, listing().in_stock) == (None, False)

    catalog.publish_products(store=store, product_ids=[product.pk], by=None, now=NOON)
    assert listing().published_at == NOON
    catalog.unpublish_products(store=store, product_ids=[product.pk], by=None)
    assert listing().published_at is None
    catalog.update_product(store=store, product_id=product.pk, by=None, categories=[], tags=["x"])
    assert (listing().category_ids, listing().tags) == ([], ["x"])
    assert broken_among(INVARIANTS) == []

    catalog.delete_product(store=store, product_id=product.pk, by=None, now=NOON)
    assert not ProductListing.objects.exists()
    assert broken_among(INVARIANTS) == []


def test_two_statements_list_any_number_of_products(store):
    products = ProductFactory.create_batch(5, store=store)
    Product.objects.update(title="New")

    with transaction.atomic(), at_most(2):
        catalog.refresh_listings(product_ids=[one.pk for one in products])

    assert set(ProductListing.objects.values_list("title", flat=True)) == {"New"}


def test_nobody_lists_outside_a_transaction(transactional_db):
    with pytest.raises(TransactionRequired):
        catalog.refresh_listings(product_ids=[])


def test_a_rebuild_mends_whatever_is_wrong(store, capsys):
    kept, gone, new = ProductFactory.create_batch(3, store=store)
    other = ProductFactory(store=StoreFactory(slug="other"))
    Product.objects.filter(pk__in=[kept.pk, other.pk]).update(title="New")
    Product.objects.filter(pk=gone.pk).update(deleted_at=NOON)
    ProductListing.objects.filter(pk=new.pk).delete()

    call_command("rebuild_listings", "--store", store.slug)

    rows = ProductListing.objects.for_store(store)
    assert set(rows.values_list("pk", flat=True)) == {kept.pk, new.pk}
    assert rows.get(pk=kept.pk).title == "New"
    assert ProductListing.objects.get(pk=other.pk).title != "New"
    assert "2 products" in capsys.readouterr().out

    call_command("rebuild_listings")

    assert broken_among(INVARIANTS) == []


def test_a_category_may_be_moved_with_many_products(store):
    shelf = CategoryFactory(store=store, slug="shelf")
    CategoryFactory(store=store, slug="top")
    for product in ProductFactory.create_batch(6, store=store):
        product.categories.add(shelf)

    with at_most(20):
        catalog.update_category(store=store, category_id=shelf.pk, by=None, parent="top")

    assert broken_among(INVARIANTS) == []
