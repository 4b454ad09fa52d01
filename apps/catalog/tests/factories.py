from decimal import Decimal

import factory
from django.utils import timezone

from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.stores.tests.factories import StoreFactory


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    store = factory.SubFactory(StoreFactory)
    slug = factory.Sequence(lambda n: f"category-{n}")
    name = factory.Sequence(lambda n: f"Category {n}")


class ProductFactory(factory.django.DjangoModelFactory):
    """A published product without variants."""

    class Meta:
        model = Product

    store = factory.SubFactory(StoreFactory)
    slug = factory.Sequence(lambda n: f"product-{n}")
    title = factory.Sequence(lambda n: f"Product {n}")
    published_at = factory.LazyFunction(timezone.now)


class VariantFactory(factory.django.DjangoModelFactory):
    """A variant at 10.00 in the store's currency; its product is published and has no options."""

    class Meta:
        model = Variant

    product = factory.SubFactory(ProductFactory)
    store = factory.SelfAttribute("product.store")
    sku = factory.Sequence(lambda n: f"SKU-{n}")
    price_amount = Decimal("10.00")
    currency = factory.SelfAttribute("product.store.currency")


class ProductImageFactory(factory.django.DjangoModelFactory):
    """A picture at an address elsewhere."""

    class Meta:
        model = ProductImage

    product = factory.SubFactory(ProductFactory)
    store = factory.SelfAttribute("product.store")
    source_url = factory.Sequence(lambda n: f"https://pictures.example/{n}.jpg")
