"""Shopify's product CSV: one row for each variant or extra picture, grouped by handle.

The first row of a product holds what belongs to the product; the rows that continue it leave those
cells blank. Both headers that Shopify has written are read: `Handle, Body (HTML), Variant Price …`
and, since 2025, `URL handle, Description, Price …`.
"""

from collections.abc import Iterator

from apps.interchange.formats.grouping import Seen, in_groups
from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.record import ProductRecord, RefusedRecord
from apps.interchange.formats.shopify_product import ProductReader
from apps.interchange.formats.table import read_rows

COLUMNS = {
    "slug": ("Handle", "URL handle"),
    "title": ("Title",),
    "description": ("Body (HTML)", "Description"),
    "vendor": ("Vendor",),
    "category": ("Product Category",),
    "product_type": ("Type", "Product Type"),
    "tags": ("Tags",),
    "published": ("Published", "Published on online store"),
    "status": ("Status",),
    "option1_name": ("Option1 Name",),
    "option1_value": ("Option1 Value",),
    "option2_name": ("Option2 Name",),
    "option2_value": ("Option2 Value",),
    "option3_name": ("Option3 Name",),
    "option3_value": ("Option3 Value",),
    "sku": ("Variant SKU", "SKU"),
    "grams": ("Variant Grams", "Weight value (grams)"),
    "quantity": ("Variant Inventory Qty", "Inventory quantity"),
    "price": ("Variant Price", "Price"),
    "compare_at": ("Variant Compare At Price", "Compare-at price"),
    "barcode": ("Variant Barcode", "Barcode"),
    "image": ("Image Src", "Product image URL"),
    "image_position": ("Image Position",),
    "image_alt": ("Image Alt Text",),
    "seo_title": ("SEO Title",),
    "seo_description": ("SEO Description",),
}
REQUIRED = ("slug", "title", "price")


def read_products(lines: BoundedLines, *, currency: str) -> Iterator[ProductRecord | RefusedRecord]:
    """This function will yield the products of a Shopify export, those that cannot be read too.

    Amounts are in `currency`: the file does not say. Memory holds one product and the handles and
    SKUs seen so far, whatever the length of the file.

    Raises:
        UnusableFile: it is not such an export.
    """
    seen = Seen()
    for rows in in_groups(read_rows(lines, columns=COLUMNS, required=REQUIRED)):
        yield seen.judged(ProductReader(rows, currency=currency).read(), rows=rows)
