"""Products in our own layout: a row for each variant, or a line of JSON for each product."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.interchange.formats.cell_texts import amount_of, json_text
from apps.interchange.formats.csv_text import listed, moment_text
from apps.interchange.formats.native_columns import OPTION_COLUMNS, PRODUCT_COLUMNS

# A category, after those above it.
Shelf = tuple[Category, ...]


@dataclass(frozen=True, kw_only=True)
class ProductOut:
    """A product with all that leaves with it, such as how many there are of each variant."""

    product: Product
    variants: tuple[Variant, ...]
    images: tuple[ProductImage, ...]
    shelves: tuple[Shelf, ...]
    stock: dict[int, int]


def product_rows(out: ProductOut) -> Iterator[list[Any]]:
    """This function will yield a row for each variant, or one alone where there is none.

    What belongs to the product stands in the first of them; the others repeat only its slug.
    """
    first: dict[str, Any] = _product_cells(out)
    for variant in out.variants or (None,):
        cells = first | (_variant_cells(variant, out) if variant is not None else {})
        yield [cells.get(name) for name in PRODUCT_COLUMNS]
        first = {"product_slug": out.product.slug}


def product_document(out: ProductOut) -> dict[str, Any]:
    """This function will return the same as one object, with `variants` and `images` in it."""
    product = out.product
    return {
        "product_slug": product.slug,
        "product_title": product.title,
        "description": product.description,
        "vendor": product.vendor,
        "product_type": product.product_type,
        "tags": product.tags,
        "categories": list(_paths(out)),
        "published_at": moment_text(product.published_at) if product.published_at else None,
        "is_featured": product.is_featured,
        "product_metadata": product.metadata,
        "options": product.options,
        "variants": [_variant_document(one, out) for one in out.variants],
        "images": [{"url": address_of(one), "alt": one.alt} for one in out.images],
    }


def address_of(image: ProductImage) -> str:
    """This function will return where a picture is: on the web, or in the folder of our media."""
    return image.source_url or image.file.name or ""


def _product_cells(out: ProductOut) -> dict[str, Any]:
    product = out.product
    alts = [image.alt for image in out.images]
    names = zip(OPTION_COLUMNS[::2], product.options, strict=False)
    return {
        "product_slug": product.slug,
        "product_title": product.title,
        "description": product.description,
        "vendor": product.vendor,
        "product_type": product.product_type,
        "tags": listed(product.tags),
        "categories": ";".join(_paths(out)),
        "published_at": product.published_at,
        "is_featured": product.is_featured,
        "product_metadata": json_text(product.metadata),
        "image_urls": " ".join(map(address_of, out.images)),
        "image_alts": json_text(alts if any(alts) else None),
        **dict(names),
    }


def _variant_cells(variant: Variant, out: ProductOut) -> dict[str, Any]:
    document = _variant_document(variant, out)
    values = dict(zip(OPTION_COLUMNS[1::2], document.pop("option_values"), strict=False))
    metadata = json_text(document.pop("variant_metadata"))
    numbers = {"price": amount_of(variant.price), "variant_metadata": metadata}
    if variant.compare_at is not None:
        numbers["compare_at"] = amount_of(variant.compare_at)
    return document | values | numbers


def _variant_document(variant: Variant, out: ProductOut) -> dict[str, Any]:
    compare_at = variant.compare_at
    return {
        "sku": variant.sku,
        "variant_title": variant.title,
        "option_values": list(variant.option_values),
        "price": f"{amount_of(variant.price):f}",
        "compare_at": None if compare_at is None else f"{amount_of(compare_at):f}",
        "currency": variant.currency,
        "barcode": variant.barcode,
        "weight_grams": variant.weight_grams,
        "position": variant.position,
        "variant_metadata": variant.metadata,
        "stock": out.stock.get(variant.pk, 0),
    }


def _paths(out: ProductOut) -> Iterator[str]:
    return (" > ".join(one.slug for one in shelf) for shelf in out.shelves)
