from decimal import Decimal
from typing import Any

import factory
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.catalog import services as catalog
from apps.catalog.models import Category, Product, ProductImage, Review, Variant, WishlistItem
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


class ReviewFactory(factory.django.DjangoModelFactory):
    """Four stars by a customer of the product's store. It counts for the product."""

    class Meta:
        model = Review
        skip_postgeneration_save = True

    product = factory.SubFactory(ProductFactory)
    store = factory.SelfAttribute("product.store")
    author = factory.SubFactory(UserFactory, store=factory.SelfAttribute("..product.store"))
    points = 8
    title = "Good"
    body = "It does what it should."

    @factory.post_generation
    def rating(review: Review, create: bool, given: Any, **_: Any) -> None:  # noqa: N805
        if create and review.counted is not None:
            Product.objects.filter(pk=review.product_id).update(
                rating_sum=F("rating_sum") + review.points, rating_count=F("rating_count") + 1
            )
            listed(review.product)


class WishlistItemFactory(factory.django.DjangoModelFactory):
    """A product that a customer of its store would like to have."""

    class Meta:
        model = WishlistItem

    product = factory.SubFactory(ProductFactory)
    store = factory.SelfAttribute("product.store")
    owner = factory.SubFactory(UserFactory, store=factory.SelfAttribute("..product.store"))
