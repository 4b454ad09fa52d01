"""Reads that span several tables of the catalogue."""

from django.db.models import F, Prefetch, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.stores.models import Store


def variants_for_sale(*, store: Store) -> QuerySet[Variant]:
    """This function will return the live variants of published products, each with its product.

    Whether one is in stock is not asked here: inventory knows.
    """
    return (
        Variant.objects.for_store(store)
        .filter(product__deleted_at__isnull=True, product__published_at__lte=timezone.now())
        .select_related("product")
    )


def with_offers(products: QuerySet[Product]) -> QuerySet[Product]:
    """This function will add what the live variants of each product offer.

    `price_from` and `price_to` are the lowest and the highest price, `price_before` is what the
    lowest is compared with, all three amounts of `price_currency`; `in_stock` is true when any
    variant is. Without variants they are `None` and false.
    """
    return products.annotate(
        price_from=F("listing__price_from"),
        price_to=F("listing__price_to"),
        price_before=F("listing__price_before"),
        price_currency=F("listing__price_currency"),
        in_stock=Coalesce(F("listing__in_stock"), False),
    )


def with_main_image(products: QuerySet[Product]) -> QuerySet[Product]:
    """This function will fetch the first picture of each product along, alone in `main_images`."""
    main = ProductImage.objects.order_by("product_id", "position", "pk").distinct("product_id")
    return products.prefetch_related(Prefetch("images", queryset=main, to_attr="main_images"))


def path_to(*, category: Category) -> list[Category]:
    """This function will return what a category stands in, from the top of the tree down to it."""
    above = Category.objects.with_ancestors_of(Category.objects.filter(pk=category.pk))
    by_pk = {one.pk: one for one in above}
    path: list[Category] = []
    step = by_pk.pop(category.parent_id or 0, None)
    while step is not None:
        path.insert(0, step)
        step = by_pk.pop(step.parent_id or 0, None)
    return path
