"""A row of a WooCommerce export with those of its variations, read into one record."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.catalog.models.product import MAX_DESCRIPTION, MAX_IMAGES, MAX_OPTIONS, MAX_VARIANTS
from apps.core.money import Money
from apps.interchange.formats.cell_lists import paths
from apps.interchange.formats.cells import CellReader
from apps.interchange.formats.product_cells import is_picture, most, most_within, read_title
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
from apps.interchange.formats.woocommerce_cells import (
    attributes_of,
    is_on_sale,
    parts,
    unescaped,
    without_attributes,
)
from apps.inventory.models import MOST_ON_HAND

COLUMNS = {
    "id": ("ID",),
    "type": ("Type",),
    "sku": ("SKU",),
    "title": ("Name",),
    "published": ("Published",),
    "featured": ("Is featured?",),
    "visibility": ("Visibility in catalog", "Visibility in catalogue"),
    "short": ("Short description",),
    "description": ("Description",),
    "sale_from": ("Date sale price starts",),
    "sale_until": ("Date sale price ends",),
    "stock": ("Stock",),
    "weight_kg": ("Weight (kg)",),
    "weight_g": ("Weight (g)",),
    "weight_lbs": ("Weight (lbs)", "Weight (lb)"),
    "weight_oz": ("Weight (oz)",),
    "sale_price": ("Sale price",),
    "price": ("Regular price",),
    "categories": ("Categories",),
    "tags": ("Tags",),
    "images": ("Images",),
    "parent": ("Parent",),
    "barcode": ("GTIN, UPC, EAN, or ISBN",),
}
_GRAMS = {
    "weight_kg": Decimal(1000),
    "weight_g": Decimal(1),
    "weight_lbs": Decimal("453.59237"),
    "weight_oz": Decimal("28.349523125"),
}
_KINDS = {"simple", "variable", "variation", "grouped", "external"}
_MODIFIERS = {"virtual", "downloadable"}
# Sold by others, or by their parts: kept, and not shown.
_NOT_OURS_TO_SELL = {"grouped", "external"}
# Kept as they are beside what we make of them.
_KEPT = ("id", "type", "published", "visibility", "short", "sale_from", "sale_until")
# What only products have with us, and what picture shows which variation.
_KEPT_OF_VARIATIONS = ("title", "description", "featured", "categories", "tags", "images", "parent")
_ANY = "Any"


class WooProductReader:
    """Reads all cells before it judges, so that all faults of a product are seen at once."""

    def __init__(self, rows: Sequence[Row], *, slug: str, currency: str) -> None:
        self._faults: list[Fault] = []
        self._rows = [CellReader(row, faults=self._faults) for row in rows]
        self._first, *self._variations = self._rows
        self._slug = slug
        self._currency = currency
        self._kind = self._read_kind()
        self._attributes = attributes_of(self._first.row.leftover)
        self._options = self._read_options()
        self._said = _said(self._first)

    def read(self) -> ProductRecord | RefusedRecord:
        """This function will return the product, or every reason why there is none."""
        first = self._first
        variants = tuple(self._variants())
        record = ProductRecord(
            line=first.row.line,
            slug=self._slug,
            title=read_title(self._rows[:1]),
            description=self._description(),
            vendor="",
            product_type="",
            tags=parts(first.text("tags")),
            options=self._options,
            is_published=self._is_published(),
            category_paths=self._category_paths(),
            metadata=self._metadata(),
            variants=variants,
            images=tuple(self._images()),
            said=self._said,
            is_featured=first.flag("featured") or False,
            rows=tuple(row.row.raw for row in self._rows),
        )
        return unless_at_fault(record, self._faults)

    def _read_kind(self) -> str:
        words = set(parts(self._first.text("type").casefold())) - _MODIFIERS
        if len(words) == 1 and words <= _KINDS:
            return words.pop()
        self._first.refuse("type", "is none of simple, variable, grouped and external")
        return "simple"

    def _description(self) -> str:
        first = self._first
        name = "description" if first.has("description") else "short"
        return unescaped(first.text(name, most=MAX_DESCRIPTION))

    def _is_published(self) -> bool:
        published = self._first.text("published")
        if published not in {"", "1", "0", "-1"}:
            self._first.refuse("published", "is none of 1 (public), 0 (private) and -1 (a draft)")
        return published in {"", "1"} and self._kind not in _NOT_OURS_TO_SELL

    def _category_paths(self) -> tuple[tuple[str, ...], ...]:
        texts = parts(self._first.text("categories"))
        return paths(self._first, "categories", texts=texts, most=most(Category, "name"))

    def _read_options(self) -> tuple[str, ...]:
        """The attributes by which variations differ. Where all of them are for any value, it is no
        choice between them."""
        named = [one for row in self._variations for one in attributes_of(row.row.leftover)]
        chosen = {one.name for one in named if one.values}
        ordered = [one.name for one in self._attributes if one.name in chosen]
        options = [*ordered, *sorted(chosen - set(ordered))]
        if len(options) > MAX_OPTIONS:
            self._first.refuse("type", f"has variations by more than {MAX_OPTIONS} attributes")
        if any(len(name) > most_within(Product, "options") for name in options):
            self._first.refuse("type", "has variations by an attribute with too long a name")
        return tuple(options)

    def _variants(self) -> Iterator[VariantRecord]:
        rows = [row for row in self._sellable() if row.has("price")]
        values = [self._values(row) for row in rows]
        if len(rows) > MAX_VARIANTS:
            self._first.refuse("type", f"has more than {MAX_VARIANTS} variations")
        lines: dict[tuple[str, ...], int] = {}
        for row, chosen in zip(rows, values, strict=True):
            if lines.setdefault(chosen, row.row.line) != row.row.line:
                row.refuse("title", f"has the attributes of line {lines[chosen]} again")
        derived = derive_skus(self._slug, values)
        for row, chosen, sku in zip(rows, values, derived, strict=True):
            yield self._variant(row, chosen, sku)

    def _sellable(self) -> list[CellReader]:
        if self._kind == "variable":
            return [row for row in self._variations if row.text("published") in {"", "1"}]
        for row in self._variations:
            row.refuse("parent", f"is no variable product but {self._kind}")
        return [] if self._kind == "grouped" else [self._first]

    def _values(self, row: CellReader) -> tuple[str, ...]:
        chosen = {one.name: one.values for one in attributes_of(row.row.leftover)}
        values = tuple(", ".join(chosen.get(name, ())) or _ANY for name in self._options)
        if any(len(value) > most_within(Variant, "option_values") for value in values):
            row.refuse("title", "has an attribute with too long a value")
        return values

    def _variant(self, row: CellReader, values: tuple[str, ...], derived: str) -> VariantRecord:
        price, compare_at, kept = self._prices(row)
        own = row is not self._first
        leftover: dict[str, str] = {}
        if own:
            leftover = _kept(row, *_KEPT_OF_VARIATIONS) | without_attributes(row.row.leftover)
        return VariantRecord(
            line=row.row.line,
            sku=row.text("sku", most=most(Variant, "sku")) or derived,
            option_values=values,
            price=price,
            compare_at=compare_at,
            barcode=row.text("barcode", most=most(Variant, "barcode")),
            weight_grams=self._grams(row),
            opening_stock=self._stock(row),
            metadata={"woocommerce": leftover | kept} if leftover or kept else {},
            said=self._said | ({"sku"} if row.has("sku") else set()),
        )

    def _prices(self, row: CellReader) -> tuple[Money, Money | None, dict[str, str]]:
        """What it costs, what it cost before, and what the file said of a sale that is none."""
        regular = row.required_amount("price", currency=self._currency)
        sale = row.amount("sale_price", currency=self._currency)
        if sale is None:
            return regular, None, {}
        days = row.text("sale_from"), row.text("sale_until")
        if sale < regular and is_on_sale(*days, today=timezone.now().date()):
            return sale, regular, {}
        return regular, None, {row.row.headers["sale_price"]: row.text("sale_price")}

    def _grams(self, row: CellReader) -> int | None:
        for name, grams in _GRAMS.items():
            for one in (row, self._first):  # what a variation does not say it has of its parent
                if one.has(name):
                    return one.rounded(name, times=grams)
        return None

    def _stock(self, row: CellReader) -> int:
        """Sold below nothing is nothing to receive; `_kept` keeps the number."""
        if row.text("stock").startswith("-"):
            return 0
        return row.whole("stock", most=MOST_ON_HAND) or 0

    def _images(self) -> Iterator[ImageRecord]:
        found: dict[str, CellReader] = {}
        for row in self._rows:
            for source in parts(row.text("images")):
                found.setdefault(source, row)
        if len(found) > MAX_IMAGES:
            self._first.refuse("images", f"names more than {MAX_IMAGES} images")
        for source, row in found.items():
            if len(source) > most(ProductImage, "source_url") or not is_picture(source):
                row.refuse("images", "holds neither a web address nor a path")
            yield ImageRecord(line=row.row.line, source=source, alt_text="")

    def _metadata(self) -> dict[str, Any]:
        first = self._first
        attributes = {
            one.name: list(one.values) for one in self._attributes if one.name not in self._options
        }
        kept: dict[str, Any] = _kept(first) | without_attributes(first.row.leftover)
        if not (self._kind in {"simple", "external"} and first.has("price")):
            unsold = ("sku", "price", "sale_price", "stock")
            kept |= {first.row.headers[one]: first.text(one) for one in unsold if first.has(one)}
        if hidden := [_all_cells(row) for row in self._unsold_variations()]:
            kept["Variations not for sale"] = hidden
        return {"woocommerce": kept} | ({"attributes": attributes} if attributes else {})

    def _unsold_variations(self) -> list[CellReader]:
        sold = {"", "1"}
        return [
            row
            for row in self._variations
            if row.text("published") not in sold or not row.has("price")
        ]


def _kept(row: CellReader, *more: str) -> dict[str, str]:
    names = [*_KEPT, *more, *(["stock"] if row.text("stock").startswith("-") else [])]
    return {row.row.headers[name]: row.text(name) for name in names if row.has(name)}


def _all_cells(row: CellReader) -> dict[str, str]:
    cells = {row.row.headers[name]: text for name, text in row.row.cells.items() if text}
    return cells | dict(row.row.leftover)


def _said(first: CellReader) -> frozenset[str]:
    """The fields of our records that the file has a column for."""
    optional = {
        "description": ("description",),
        "tags": ("tags",),
        "published_at": ("published",),
        "is_featured": ("featured",),
        "compare_at": ("sale_price",),
        "barcode": ("barcode",),
        "weight_grams": tuple(_GRAMS),
    }
    present = first.row.headers.keys()
    said = {name for name, columns in optional.items() if present & set(columns)}
    return frozenset(said | {"title", "options", "option_values", "price"})
