"""Product files, made as text."""

import csv
import io
from pathlib import Path
from typing import Any

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
