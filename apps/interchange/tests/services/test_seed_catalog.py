import pytest
from django.utils import timezone

from apps.catalog.models import Category, Product
from apps.catalog.tests.factories import ProductFactory
from apps.interchange import services
from apps.interchange.errors import NotADemoShop
from apps.inventory.models import StockItem


def seed(store, count=12):
    return services.seed_catalog(store=store, count=count, seed=1, by=None, now=timezone.now())


def test_fills_a_store_with_products_in_categories_and_stock(store):
    report = seed(store)
    assert str(report) == "12 created, 0 changed, 0 unchanged, 0 refused"
    assert Product.objects.count() == 12
    assert all(product.categories.exists() for product in Product.objects.all())
    assert Category.objects.filter(parent=None).exists()
    assert StockItem.objects.filter(on_hand__gt=0).exists()


def test_gives_every_product_a_popularity_of_its_own(store):
    seed(store)
    popular = Product.objects.order_by("-popularity").values_list("popularity", flat=True)
    assert list(popular[:2]) == [10_000, 5_000]


def test_again_changes_nothing_and_a_larger_number_adds(store):
    seed(store)
    assert str(seed(store)) == "0 created, 0 changed, 12 unchanged, 0 refused"
    assert str(seed(store, 15)) == "3 created, 0 changed, 12 unchanged, 0 refused"


def test_leaves_a_store_with_products_of_its_own_alone(store):
    ProductFactory(store=store)
    with pytest.raises(NotADemoShop):
        seed(store)
    assert Product.objects.count() == 1
