"""What the pages of the catalogue show of stock."""

import pytest
from django.test import Client

from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import ProductFactory, ProductImageFactory, VariantFactory
from apps.inventory.tests.factories import StockItemFactory, WarehouseFactory
from tests.statements import at_most


@pytest.fixture
def browser(store, settings):
    settings.STORE_DIRECTORY_SECONDS = 3600
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
    browser.get("/admin/")
    return browser


def test_a_product_shows_what_is_left_of_each_variant(browser, store):
    product = ProductFactory(store=store, options=["Size"])
    small, _ = (VariantFactory(product=product, option_values=[one]) for one in "SL")
    for on_hand, reserved in ((7, 2), (4, 0)):
        house = WarehouseFactory(store=store)
        StockItemFactory(variant=small, warehouse=house, on_hand=on_hand, reserved=reserved)

    page = browser.get(f"/admin/catalog/product/{product.pk}/change/")

    rows = page.context["inline_admin_formsets"][0].formset.initial_forms
    assert [one.instance.left for one in rows] == [9, 0]
    there = f"/admin/inventory/stockitem/?variant__id__exact={small.pk}"
    assert f'href="{there}">9</a>' in page.content.decode()
    assert 'name="variants-0-stock' not in page.content.decode()
    own = browser.get(f"/admin/catalog/variant/{small.pk}/change/").content.decode()
    assert f'href="{there}"' in own
    assert browser.get(there).context["cl"].result_count == 2


def test_a_large_product_with_its_stock_takes_twenty_statements(browser, store):
    product = ProductFactory(store=store, options=["Size"])
    for size in range(100):
        variant = VariantFactory.build(product=product, option_values=[str(size)], store=store)
        variant.save()
        StockItemFactory(variant=variant)
    ProductImageFactory.create_batch(50, product=product)
    at = f"/admin/catalog/product/{product.pk}/change/"
    browser.get(at)

    with at_most(20):
        page = browser.get(at)
    with at_most(20):
        browser.get(f"/admin/catalog/variant/{variant.pk}/change/")

    assert len(page.context["inline_admin_formsets"][0].formset.initial_forms) == 50
