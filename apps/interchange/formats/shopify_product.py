"""The rows of one product of a Shopify export, read into one record."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.catalog.models.product import MAX_DESCRIPTION, MAX_IMAGES, MAX_OPTIONS, MAX_VARIANTS
from apps.interchange.formats.cell_lists import distinct, paths
from apps.interchange.formats.cells import CellReader
from apps.interchange.formats.product_cells import (
    is_picture,
    most,
    most_within,
    read_slug,
    read_title,
)
from apps.interchange.formats.record import (
    Fault,
    ImageRecord,
    ProductRecord,
    RefusedRecord,
    VariantRecord,
    unless_at_fault,
)
from apps.interchange.formats.skus import derive_skus
from apps.interchange.formats.table import Row
from apps.inventory.models import MOST_ON_HAND

_OPTION_PLACES = range(1, MAX_OPTIONS + 1)
_VALUES = tuple(f"option{place}_value" for place in _OPTION_PLACES)
_IS_ACTIVE = {"": True, "active": True, "draft": False, "archived": False, "unlisted": False}
# Columns without a field of ours that speak of the variant of their row; others, of the product.
_OF_VARIANT = re.compile(
    r"variant .*|inventory tracker|continue selling .*|requires shipping|fulfillment service"
    r"|charge tax|tax code|weight unit .*|cost per item|unit price .*|(compare.at )?price / .*",
    re.IGNORECASE,
)


class ProductReader:
    """Reads all cells before it judges, so that a merchant sees all faults of a product at once."""

    def __init__(self, rows: Sequence[Row], *, currency: str) -> None:
        self._faults: list[Fault] = []
        self._rows = [CellReader(row, faults=self._faults) for row in rows]
        self._first = self._rows[0]
        self._variants = [self._first, *(one for one in self._rows[1:] if _is_variant(one))]
        self._currency = currency
        self._said = _said(self._first)

    def read(self) -> ProductRecord | RefusedRecord:
        """This function will return the product, or every reason why there is none."""
        first = self._first
        options = self._option_places()
        record = ProductRecord(
            line=first.row.line,
            slug=read_slug(first),
            title=read_title(self._rows),
            description=first.text("description", most=MAX_DESCRIPTION),
            vendor=first.text("vendor", most=most(Product, "vendor")),
            product_type=first.text("product_type", most=most(Product, "product_type")),
            tags=distinct(first.text("tags").split(",")),
            options=tuple(first.text(f"option{place}_name") for place in options),
            is_published=self._is_published(),
            category_paths=self._category_paths(),
            metadata=self._metadata(),
            variants=tuple(self._read_variants(options)),
            images=tuple(self._images()),
            said=self._said,
            rows=tuple(row.row.raw for row in self._rows),
        )
        return unless_at_fault(record, self._faults)

    def _is_published(self) -> bool:
        status = self._first.text("status").casefold()
        if status not in _IS_ACTIVE:
            self._first.refuse("status", "is none of active, draft, archived and unlisted")
        return self._first.flag("published") is not False and _IS_ACTIVE.get(status, False)

    def _category_paths(self) -> tuple[tuple[str, ...], ...]:
        """The taxonomy's path where there is one, else the merchant's own word for the kind."""
        name = "category" if self._first.has("category") else "product_type"
        texts = [self._first.text(name)]
        return paths(self._first, name, texts=texts, most=most(Category, "name"))

    def _option_places(self) -> list[int]:
        """Which of the three options the product has; `Title: Default Title` stands for none."""
        first = self._first
        places = [place for place in _OPTION_PLACES if first.has(f"option{place}_name")]
        names = [
            first.text(f"option{place}_name", most=most_within(Product, "options")).casefold()
            for place in places
        ]
        values = [first.text(value).casefold() for value in _VALUES if first.has(value)]
        if names == ["title"] and values == ["default title"] and len(self._variants) == 1:
            return []
        if len(set(names)) < len(names):
            first.refuse(f"option{places[-1]}_name", "names an option twice")
        for row in self._variants:
            for place, value in zip(_OPTION_PLACES, _VALUES, strict=True):
                if row.has(value) and place not in places:
                    row.refuse(value, "is the value of an option without a name")
                elif place in places and not row.has(value):
                    row.refuse(value, "is missing")
        return places

    def _read_variants(self, options: list[int]) -> Iterator[VariantRecord]:
        combinations = [self._values(row, options) for row in self._variants]
        if len(combinations) > MAX_VARIANTS:
            self._first.refuse("slug", f"has more than {MAX_VARIANTS} variants")
        lines: dict[tuple[str, ...], int] = {}
        for row, values in zip(self._variants, combinations, strict=True):
            if lines.setdefault(values, row.row.line) != row.row.line:
                row.refuse(_VALUES[0], f"has the options of line {lines[values]} again")
        derived = derive_skus(self._first.text("slug"), combinations)
        for row, values, sku in zip(self._variants, combinations, derived, strict=True):
            yield self._variant(row, values, sku)

    def _values(self, row: CellReader, options: list[int]) -> tuple[str, ...]:
        most = most_within(Variant, "option_values")
        return tuple(row.text(f"option{place}_value", most=most) for place in options)

    def _variant(self, row: CellReader, values: tuple[str, ...], derived: str) -> VariantRecord:
        price = row.required_amount("price", currency=self._currency)
        compare_at = row.amount("compare_at", currency=self._currency)
        leftover = {name: text for name, text in row.row.leftover.items() if _is_of_variant(name)}
        if compare_at is not None and compare_at <= price:
            # No reduction, and so no compare-at price of ours; what the file said is kept.
            leftover[row.row.headers["compare_at"]] = row.text("compare_at")
            compare_at = None
        return VariantRecord(
            line=row.row.line,
            sku=row.text("sku", most=most(Variant, "sku")) or derived,
            option_values=values,
            price=price,
            compare_at=compare_at,
            barcode=row.text("barcode", most=most(Variant, "barcode")),
            weight_grams=row.rounded("grams"),
            opening_stock=row.whole("quantity", most=MOST_ON_HAND) or 0,
            metadata={"shopify": leftover} if leftover else {},
            said=self._said | ({"sku"} if row.has("sku") else set()),
        )

    def _images(self) -> list[ImageRecord]:
        found: dict[str, tuple[int, ImageRecord]] = {}
        for row in self._rows:
            source = row.text("image", most=most(ProductImage, "source_url"))
            position = row.whole("image_position")
            alt = row.text("image_alt", most=most(ProductImage, "alt"))
            if not is_picture(source):
                row.refuse("image", "is neither a web address nor a path")
            if source and source not in found:
                image = ImageRecord(line=row.row.line, source=source, alt_text=alt)
                found[source] = (len(self._rows) if position is None else position, image)
        if len(found) > MAX_IMAGES:
            self._first.refuse("slug", f"has more than {MAX_IMAGES} images")
        return [image for _, image in sorted(found.values(), key=lambda pair: pair[0])]

    def _metadata(self) -> dict[str, Any]:
        leftover: dict[str, str] = {}
        for row in self._rows:
            for name, text in row.row.leftover.items():
                if not _is_of_variant(name):
                    leftover.setdefault(name, text)
        seo = {
            "title": self._first.text("seo_title"),
            "description": self._first.text("seo_description"),
        }
        parts = {"seo": {key: text for key, text in seo.items() if text}, "shopify": leftover}
        return {name: part for name, part in parts.items() if part}


def _is_variant(row: CellReader) -> bool:
    return row.has("sku", "price", *_VALUES)


def _is_of_variant(column: str) -> bool:
    return _OF_VARIANT.fullmatch(column) is not None


def _said(first: CellReader) -> frozenset[str]:
    """The fields of our records that the file has a column for."""
    optional = {
        "description": ("description",),
        "vendor": ("vendor",),
        "product_type": ("product_type",),
        "tags": ("tags",),
        "published_at": ("published", "status"),
        "compare_at": ("compare_at",),
        "barcode": ("barcode",),
        "weight_grams": ("grams",),
    }
    present = first.row.headers.keys()
    said = {name for name, columns in optional.items() if present & set(columns)}
    return frozenset(said | {"title", "options", "option_values", "price"})
