"""Product files, made as text."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import factory
from django.utils import timezone

from apps.core.ids import uuid7
from apps.interchange.exporting import Kind, Wanted
from apps.interchange.formats.native_columns import PRODUCT_COLUMNS
from apps.interchange.models import ExportJob, GoodsReceipt, ImportBatch, ImportJob
from apps.interchange.sealed_exports import filed
from apps.interchange.sealed_uploads import SealedUpload, Sealing
from apps.stores.tests.factories import StoreFactory

GARDEN = Path(__file__).with_name("fixtures") / "garden.csv"

SHOPIFY_HEADER = (
    "Handle",
    "Title",
    "Body (HTML)",
    "Product Category",
    "Type",
    "Published",
    "Status",
    "Option1 Name",
    "Option1 Value",
    "Option2 Name",
    "Option2 Value",
    "Variant SKU",
    "Variant Grams",
    "Variant Inventory Qty",
    "Variant Price",
    "Variant Compare At Price",
    "Image Src",
    "Image Position",
    "Cost per item",
)


def shopify_row(**cells: str) -> dict[str, str]:
    """This function will return a valid row of a product without options.

    Keywords name columns: `variant_price="9.90"` is `Variant Price`.
    """
    named = {name.lower().replace(" ", "_"): name for name in SHOPIFY_HEADER}
    named |= {"body": "Body (HTML)"}
    basics = {"Handle": "trug", "Title": "Trug", "Variant Price": "38.00"}
    return basics | {named[name]: value for name, value in cells.items()}


def continuation(**cells: str) -> dict[str, str]:
    """This function will return a row that continues the product of `shopify_row()`."""
    return shopify_row(**({"title": "", "variant_price": ""} | cells))


def shopify_csv(*rows: dict[str, Any], header: tuple[str, ...] = SHOPIFY_HEADER) -> bytes:
    """This function will return a file with these rows."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(errors="surrogateescape")


WOO_HEADER = (
    "ID",
    "Type",
    "SKU",
    "Name",
    "Published",
    "Is featured?",
    "Visibility in catalog",
    "Short description",
    "Description",
    "Date sale price starts",
    "Date sale price ends",
    "Tax status",
    "In stock?",
    "Stock",
    "Weight (kg)",
    "Sale price",
    "Regular price",
    "Categories",
    "Tags",
    "Images",
    "Parent",
    "Grouped products",
    "External URL",
    "Attribute 1 name",
    "Attribute 1 value(s)",
    "Attribute 1 visible",
    "Attribute 2 name",
    "Attribute 2 value(s)",
    "Meta: _note",
)


def woo_row(**cells: str) -> dict[str, str]:
    """This function will return a valid row of a simple product in WooCommerce's layout.

    Keywords name columns: `regular_price="9.90"` is `Regular price`.
    """
    named = {re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_"): name for name in WOO_HEADER}
    basics = {"ID": "7", "Type": "simple", "Name": "Trug", "Published": "1", "Regular price": "38"}
    return basics | {named[name]: value for name, value in cells.items()}


def variation(**cells: str) -> dict[str, str]:
    """This function will return a row of a variation of the product 7."""
    return woo_row(**({"id": "8", "type": "variation", "name": "", "parent": "id:7"} | cells))


def woo_csv(*rows: dict[str, Any]) -> bytes:
    """This function will return a file with these rows in WooCommerce's layout."""
    return shopify_csv(*rows, header=WOO_HEADER)


def native_row(**cells: str) -> dict[str, str]:
    """This function will return a valid row of a product without options in our own layout."""
    basics = {"product_slug": "trug", "product_title": "Trug", "sku": "A1", "price": "38.00"}
    return basics | cells


def native_csv(*rows: dict[str, Any]) -> bytes:
    """This function will return a file with these rows in our own layout."""
    return shopify_csv(*rows, header=PRODUCT_COLUMNS)


class ImportBatchFactory(factory.django.DjangoModelFactory):
    """A finished import of counts, of which nothing was refused."""

    class Meta:
        model = ImportBatch

    store = factory.SubFactory(StoreFactory)
    kind = "stock"
    format = "native"
    state = "finished"
    actor = "system"


class GoodsReceiptFactory(factory.django.DjangoModelFactory):
    """A delivery of one row, which was received."""

    class Meta:
        model = GoodsReceipt

    store = factory.SubFactory(StoreFactory)
    kind = "receipts"
    format = "native"
    file_name = "delivery.csv"
    state = "finished"
    created = 1
    actor = "system"


class ExportJobFactory(factory.django.DjangoModelFactory):
    """A done export of no stock, with its file."""

    class Meta:
        model = ExportJob

    public_id = factory.LazyFunction(uuid7)
    store = factory.SubFactory(StoreFactory)
    kind = "stock"
    options = factory.LazyFunction(lambda: Wanted(kind=Kind.STOCK).as_json())
    actor = "system"
    state = "done"
    file_name = factory.LazyAttribute(
        lambda job: (
            made_file(b"sku,warehouse\r\n", about=job.public_id) if job.state == "done" else ""
        )
    )
    expires_at = factory.LazyAttribute(
        lambda job: timezone.now() + timedelta(hours=24) if job.state == "done" else None
    )


def made_file(content: bytes, *, about: Any) -> str:
    """This function will write the file of an export, and return its name."""
    with filed(about=about) as filing:
        filing.output.write(content)
    return filing.file_name


class ImportJobFactory(factory.django.DjangoModelFactory):
    """A stock file that waits to be looked through; nothing lies on the disk."""

    class Meta:
        model = ImportJob

    public_id = factory.LazyFunction(uuid7)
    store = factory.SubFactory(StoreFactory)
    kind = "stock"
    format = "native"
    encoding = "utf-8-sig"
    title = "counted.csv"
    actor = "system"
    asked_at = factory.LazyFunction(timezone.now)


def sealed(content: bytes, *, title: str = "counted.csv") -> SealedUpload:
    """This function will seal a file as if somebody had sent it."""
    sealing = Sealing()
    sealing.write(content)
    return sealing.finish(title=title)
