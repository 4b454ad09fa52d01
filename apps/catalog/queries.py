"""Reads that span several tables of the catalogue."""

from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import (
    F,
    IntegerField,
    Prefetch,
    QuerySet,
    TextField,
    prefetch_related_objects,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.catalog.models import Category, Product, ProductImage, ProductListing, Variant
from apps.catalog.models.product_listing import ProductListingQuerySet
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
    return products.prefetch_related(_main_images())


def _main_images() -> Prefetch:
    first = ProductImage.objects.order_by("product_id", "position", "pk").distinct("product_id")
    return Prefetch("images", queryset=first, to_attr="main_images")


_SHOWN = ["price_from", "price_to", "price_before", "price_currency", "in_stock"]


def to_be_shown(listings: ProductListingQuerySet) -> ProductListingQuerySet:
    """This function will read listings with what a list shows of their products, no more."""
    heavy = ["search_vector", "plain_title", "category_ids", "options", "price_bands"]
    unseen = ["product__description", "product__metadata"]
    shown = listings.select_related("product").defer(*heavy, *unseen)
    shown.known_count = listings.known_count
    return shown


def shown_products(listings: Sequence[ProductListing]) -> list[Product]:
    """This function will return the products of listings as `with_offers` and `with_main_image`
    would, with their categories."""
    products: list[Product] = []
    for listing in listings:
        for name in _SHOWN:
            setattr(listing.product, name, getattr(listing, name))
        products.append(listing.product)
    prefetch_related_objects(products, _main_images(), "categories")
    return products


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


# From the top down to each category: its place on each level, then its name, then its key.
_PATH = """ARRAY(
    WITH RECURSIVE up(id, parent_id, position, name, height) AS (
        SELECT own.id, own.parent_id, own.position, own.name, 1
        FROM catalog_category own WHERE own.id = catalog_category.id
        UNION ALL
        SELECT above.id, above.parent_id, above.position, above.name, up.height + 1
        FROM catalog_category above JOIN up ON above.id = up.parent_id WHERE up.height < 50
    )
    SELECT lpad(position::text, 10, '0') || ' ' || name || ' ' || lpad(id::text, 20, '0')
    FROM up ORDER BY height DESC
)"""
MOST_COUNTED = 100
_GOODS = """(SELECT count(*) FROM (
    SELECT 1 FROM catalog_product_categories shelved
    JOIN catalog_product p ON p.id = shelved.product_id AND p.deleted_at IS NULL
    WHERE shelved.category_id = catalog_category.id LIMIT %s
) AS counted)"""


def as_tree(categories: QuerySet[Category]) -> QuerySet[Category]:
    """This function will add the `path` of each category, by which they stand as in the tree, and
    how many products are right there (`goods`), counted up to `MOST_COUNTED`."""
    return categories.annotate(
        path=RawSQL(_PATH, [], ArrayField(TextField())),  # noqa: S611 - our own SQL
        goods=RawSQL(_GOODS, [MOST_COUNTED], IntegerField()),  # noqa: S611 - our own SQL
    )


# One step along the index for each vendor, however many products each has.
_VENDORS = """
WITH RECURSIVE known(vendor, place) AS (
    (SELECT vendor, 1 FROM catalog_productlisting
        WHERE store_id = %(store)s AND vendor > '' ORDER BY vendor LIMIT 1)
    UNION ALL
    SELECT (SELECT next.vendor FROM catalog_productlisting next
        WHERE next.store_id = %(store)s AND next.vendor > known.vendor
        ORDER BY next.vendor LIMIT 1), place + 1
    FROM known WHERE known.vendor IS NOT NULL AND place < %(most)s
)
SELECT vendor FROM known WHERE vendor IS NOT NULL
"""


def some_vendors(*, store: Store, most: int = 100) -> list[str]:
    """This function will return the first vendors of a store by name."""
    with connection.cursor() as cursor:
        cursor.execute(_VENDORS, {"store": store.pk, "most": most})
        return [vendor for (vendor,) in cursor.fetchall()]
