"""Shopify's product CSV: one row for each variant or extra picture, grouped by handle.

The first row of a product holds what belongs to the product; the rows that continue it leave those
cells blank. Both headers that Shopify has written are read: `Handle, Body (HTML), Variant Price …`
and, since 2025, `URL handle, Description, Price …`.
"""

from collections.abc import Iterator

from apps.catalog.models.product import MAX_IMAGES, MAX_VARIANTS
from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.record import Fault, ProductRecord, RefusedRecord
from apps.interchange.formats.shopify_product import ProductReader
from apps.interchange.formats.table import Row, read_rows

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
MOST_ROWS = MAX_VARIANTS + MAX_IMAGES


def read_products(lines: BoundedLines, *, currency: str) -> Iterator[ProductRecord | RefusedRecord]:
    """This function will yield the products of a Shopify export, those that cannot be read too.

    Amounts are in `currency`: the file does not say. Memory holds one product and the handles and
    SKUs seen so far, whatever the length of the file.

    Raises:
        UnusableFile: it is not such an export.
    """
    handles: dict[str, int] = {}
    skus: dict[str, int] = {}
    for rows in _groups(read_rows(lines, columns=COLUMNS, required=REQUIRED)):
        record = ProductReader(rows, currency=currency).read()
        faults = [*_rows_at_fault(rows), *_seen_before(record, handles=handles, skus=skus)]
        if isinstance(record, RefusedRecord):
            faults += record.faults
        if faults:
            faults.sort(key=lambda fault: fault.line)
            rows_as_read = tuple(row.raw for row in rows)
            record = RefusedRecord(
                line=record.line, key=record.key, faults=tuple(faults), rows=rows_as_read
            )
        yield record


def _groups(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """A row without a readable handle stays with the product before it: whose it is nobody knows,
    and a product that may lack a row is not imported."""
    group: list[Row] = []
    for row in rows:
        handle = row.cells.get("slug", "")
        if group and handle not in {"", group[0].cells.get("slug", "")}:
            yield group
            group = []
        if len(group) <= MOST_ROWS:
            group.append(row)
    if group:
        yield group


def _rows_at_fault(rows: list[Row]) -> Iterator[Fault]:
    for row in rows:
        yield from row.faults
    if len(rows) > MOST_ROWS:
        yield Fault(line=rows[0].line, reason=f"begins a product of more than {MOST_ROWS:,} rows")


def _seen_before(
    record: ProductRecord | RefusedRecord, *, handles: dict[str, int], skus: dict[str, int]
) -> Iterator[Fault]:
    first = handles.setdefault(record.key, record.line)
    if record.key and first != record.line:
        reason = f"its handle was used before, at line {first}; rows of a product come together"
        yield Fault(line=record.line, value=record.key, reason=reason)
    for variant in record.variants if isinstance(record, ProductRecord) else ():
        first = skus.setdefault(variant.sku, variant.line)
        if first != variant.line:
            reason = f"its SKU was used before, at line {first}"
            yield Fault(line=variant.line, value=variant.sku, reason=reason)
