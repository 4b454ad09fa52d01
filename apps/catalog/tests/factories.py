from decimal import Decimal
from typing import Any

import factory
from django.db import transaction
from django.utils import timezone

from apps.catalog import services as catalog
from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.stores.tests.factories import StoreFactory


def listed(*products: Product) -> None:
    """This function will list products as they are, when they were written past the services."""
    with transaction.atomic():
        catalog.refresh_listings(product_ids=[one.pk for one in products])


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

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        product = super()._create(model_class, *args, **kwargs)
        listed(product)
        return product


class VariantFactory(factory.django.DjangoModelFactory):
    """A variant at 10.00 in the store's currency; its product is published and has no options."""

    class Meta:
        model = Variant

    product = factory.SubFactory(ProductFactory)
    store = factory.SelfAttribute("product.store")
    sku = factory.Sequence(lambda n: f"SKU-{n}")
    price_amount = Decimal("10.00")
    currency = factory.SelfAttribute("product.store.currency")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        variant = super()._create(model_class, *args, **kwargs)
        listed(variant.product)
        return variant


class ProductImageFactory(factory.django.DjangoModelFactory):
    """A picture at an address elsewhere."""

    class Meta:
        model = ProductImage

    product = factory.SubFactory(ProductFactory)
    store = factory.SelfAttribute("product.store")
    source_url = factory.Sequence(lambda n: f"https://pictures.example/{n}.jpg")
