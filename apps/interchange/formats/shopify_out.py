"""Products as Shopify takes them: what came from there goes back into its columns."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from apps.catalog.models import ProductImage, Variant
from apps.interchange.formats.cell_texts import amount_of
from apps.interchange.formats.native_out import ProductOut
from apps.interchange.formats.shopify import COLUMNS as READ

_NAMES = {name: theirs[0] for name, theirs in READ.items()}
_KNOWN = {theirs.casefold() for aliases in READ.values() for theirs in aliases}
# What Shopify wants to be told of a variant that it has never seen.
_NEWCOMER = {
    "Variant Inventory Tracker": "shopify",
    "Variant Inventory Policy": "deny",
    "Variant Fulfillment Service": "manual",
    "Variant Requires Shipping": "true",
    "Variant Taxable": "true",
}


@dataclass(frozen=True, kw_only=True)
class ShopifyLayout:
    """The columns of one file. `extra` are those that we have no fields for, as Shopify's files
    have called them; `media` is where our own pictures are found."""

    extra: tuple[str, ...]
    media: str

    @property
    def header(self) -> tuple[str, ...]:
        """The names of all columns."""
        return (*_NAMES.values(), *self.extra)

    def rows(self, out: ProductOut) -> Iterator[list[Any]]:
        """This function will yield a row for each variant and each further picture."""
        about: dict[str, Any] = self._product_cells(out)
        pairs = list(zip_longest(out.variants, out.images)) or [(None, None)]
        for place, (variant, image) in enumerate(pairs, start=1):
            cells = about | self._variant_cells(variant, out) | self._image_cells(image, place)
            yield [cells.get(name) for name in self.header]
            about = {"Handle": out.product.slug}

    def _product_cells(self, out: ProductOut) -> dict[str, Any]:
        product = out.product
        seo = _within(product.metadata, "seo")
        cells = {
            "slug": product.slug,
            "title": product.title,
            "description": product.description,
            "vendor": product.vendor,
            "category": _category_cell(out),
            "product_type": product.product_type,
            "tags": ", ".join(product.tags),
            "published": product.is_published,
            "status": "active" if product.is_published else "draft",
            "seo_title": seo.get("title", ""),
            "seo_description": seo.get("description", ""),
        }
        for place, name in enumerate(product.options or ["Title"], start=1):
            cells[f"option{place}_name"] = name
        return _called(cells) | self._leftover(product.metadata)

    def _variant_cells(self, variant: Variant | None, out: ProductOut) -> dict[str, Any]:
        if variant is None:
            return {}
        cells = {
            "sku": variant.sku,
            "grams": variant.weight_grams,
            "quantity": out.stock.get(variant.pk, 0),
            "price": amount_of(variant.price),
            "barcode": variant.barcode,
        }
        if variant.compare_at is not None:
            cells["compare_at"] = amount_of(variant.compare_at)
        for place, value in enumerate(variant.option_values or ["Default Title"], start=1):
            cells[f"option{place}_value"] = value
        leftover = self._leftover(variant.metadata)
        return _called(cells) | (leftover or _NEWCOMER)

    def _image_cells(self, image: ProductImage | None, place: int) -> dict[str, Any]:
        if image is None:
            return {}
        source = image.source_url or f"{self.media}{image.file.name}"
        return _called({"image": source, "image_position": place, "image_alt": image.alt})

    def _leftover(self, metadata: Mapping[str, Any]) -> dict[str, str]:
        """A compare-at price that reduces nothing is kept there, too."""
        spelled = {name.casefold(): name for name in self.extra}
        spelled |= {name.casefold(): _NAMES["compare_at"] for name in READ["compare_at"]}
        return {
            header: str(text)
            for name, text in _within(metadata, "shopify").items()
            if (header := spelled.get(name.casefold()))
        }


def extra_columns(names: Iterable[str]) -> tuple[str, ...]:
    """This function will choose the columns beyond those that we have fields for: Shopify's words
    for a variant, and all that files have brought, each once however it is spelled."""
    chosen: dict[str, str] = {name.casefold(): name for name in _NEWCOMER}
    for name in names:
        if name.casefold() not in _KNOWN:
            chosen.setdefault(name.casefold(), name)
    return tuple(chosen.values())


def _category_cell(out: ProductOut) -> str:
    """The one it joined first. None where a file's type was all that it came from."""
    names = [one.name for one in out.shelves[0]] if out.shelves else []
    return "" if names == [out.product.product_type] else " > ".join(names)


def _called(cells: Mapping[str, Any]) -> dict[str, Any]:
    return {_NAMES[name]: value for name, value in cells.items()}


def _within(metadata: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Metadata is whatever somebody has put there."""
    part = metadata.get(name)
    return part if isinstance(part, dict) else {}
