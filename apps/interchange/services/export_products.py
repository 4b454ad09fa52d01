"""All that a store sells, published or not."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Sum

from apps.catalog.models import Product, Variant
from apps.core.batches import in_batches
from apps.events.actors import Actor
from apps.interchange.formats.csv_text import csv_text
from apps.interchange.services.record_export import record_export
from apps.inventory.models import StockItem
from apps.stores.models import Store

COLUMNS = [
    "product_id",
    "slug",
    "title",
    "vendor",
    "product_type",
    "tags",
    "categories",
    "published_at",
    "is_featured",
    "variant_id",
    "sku",
    "variant_title",
    "barcode",
    "weight_grams",
    "currency",
    "price_amount",
    "compare_at_amount",
    "on_hand",
    "reserved",
]
Stock = dict[int, tuple[int, int]]


def export_products(*, store: Store, by: Actor) -> Iterator[str]:
    """This function will return a store's products as CSV, a line for each variant, piece by piece.

    A product without variants has one line. Memory holds one piece, whatever their number. The
    act is announced at once; rows are read as the pieces are taken.
    """
    record_export(store=store, what="products", by=by)
    return _pieces(store)


def _pieces(store: Store) -> Iterator[str]:
    yield csv_text([COLUMNS])
    products = Product.objects.for_store(store).prefetch_related("variants", "categories")
    for batch in in_batches(products, size=200):
        stock = _stock_of(batch)
        yield csv_text(row for product in batch for row in _rows(product, stock))


def _stock_of(products: Sequence[Product]) -> Stock:
    """On hand and reserved of each variant, over all warehouses."""
    held = StockItem.objects.filter(variant__product__in=products).values("variant")
    sums = held.annotate(all_on_hand=Sum("on_hand"), all_reserved=Sum("reserved"))
    return {one["variant"]: (one["all_on_hand"], one["all_reserved"]) for one in sums}


def _rows(product: Product, stock: Stock) -> Iterator[list[Any]]:
    about = [
        product.public_id,
        product.slug,
        product.title,
        product.vendor,
        product.product_type,
        ", ".join(product.tags),
        ", ".join(category.slug for category in product.categories.all()),
        product.published_at,
        "true" if product.is_featured else "false",
    ]
    variants = product.variants.all()
    for variant in variants:
        yield [*about, *_cells(variant), *stock.get(variant.pk, (0, 0))]
    if not variants:
        yield [*about, *[None] * (len(COLUMNS) - len(about))]


def _cells(variant: Variant) -> list[Any]:
    compare_at = variant.compare_at
    return [
        variant.public_id,
        variant.sku,
        variant.title,
        variant.barcode,
        variant.weight_grams,
        variant.currency,
        variant.price.rounded().amount,
        compare_at.rounded().amount if compare_at else None,
    ]
