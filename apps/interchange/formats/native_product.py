"""The rows of one product of a file of ours, read into one record."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from apps.catalog.models import Category, Product, ProductImage, Variant
from apps.catalog.models.product import MAX_DESCRIPTION, MAX_IMAGES, MAX_OPTIONS, MAX_VARIANTS
from apps.interchange.formats.cell_lists import document, paths, words
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
from apps.interchange.formats.table import Row
from apps.inventory.models import MOST_ON_HAND

_PLACES = range(1, MAX_OPTIONS + 1)
_NAMES = tuple(f"option{place}_name" for place in _PLACES)
_VALUES = tuple(f"option{place}_value" for place in _PLACES)
_OF_VARIANT = ("sku", "price", *_VALUES)
# Column -> the field of the product or variant that it speaks of.
_FIELDS = {
    "description": "description",
    "vendor": "vendor",
    "product_type": "product_type",
    "tags": "tags",
    "published_at": "published_at",
    "is_featured": "is_featured",
    "compare_at": "compare_at",
    "barcode": "barcode",
    "weight_grams": "weight_grams",
    "position": "position",
    "variant_title": "title",
}


class NativeProductReader:
    """Reads all cells before it judges, so that all faults of a product are seen at once."""

    def __init__(self, rows: Sequence[Row], *, currency: str) -> None:
        self._faults: list[Fault] = []
        self._rows = [CellReader(row, faults=self._faults) for row in rows]
        self._first = self._rows[0]
        self._currency = currency
        headers = self._first.row.headers
        self._said = frozenset(
            {"title", "options", "option_values", "price"}
            | {field for column, field in _FIELDS.items() if column in headers}
        )

    def read(self) -> ProductRecord | RefusedRecord:
        """This function will return the product, or every reason why there is none."""
        first = self._first
        options = self._options()
        published_at = self._published_at()
        record = ProductRecord(
            line=first.row.line,
            slug=read_slug(first),
            title=read_title(self._rows),
            description=first.text("description", most=MAX_DESCRIPTION),
            vendor=first.text("vendor", most=most(Product, "vendor")),
            product_type=first.text("product_type", most=most(Product, "product_type")),
            tags=words(first, "tags"),
            options=options,
            is_published=published_at is not None,
            category_paths=self._category_paths(),
            metadata=document(first, "product_metadata", kind=dict, default={}) | _unknown(first),
            variants=tuple(self._variants(len(options))),
            images=tuple(self._images()),
            said=self._said,
            is_featured=first.flag("is_featured") or False,
            published_at=published_at,
            rows=tuple(row.row.raw for row in self._rows),
        )
        return unless_at_fault(record, self._faults)

    def _category_paths(self) -> tuple[tuple[str, ...], ...]:
        texts = self._first.text("categories").split(";")
        return paths(self._first, "categories", texts=texts, most=most(Category, "name"))

    def _published_at(self) -> datetime | None:
        text = self._first.text("published_at")
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self._first.refuse("published_at", "is not a time such as 2026-01-31T12:00:00Z")
            return None

    def _options(self) -> tuple[str, ...]:
        first = self._first
        names = [first.text(name, most=most_within(Product, "options")) for name in _NAMES]
        options = [name for name in names if name]
        if options != names[: len(options)]:
            first.refuse(_NAMES[len(options)], "is named, and the option before it is not")
        if len({name.casefold() for name in options}) < len(options):
            first.refuse(_NAMES[len(options) - 1], "names an option twice")
        return tuple(options)

    def _variants(self, count: int) -> Iterator[VariantRecord]:
        rows = [row for row in self._rows if row.has(*_OF_VARIANT)]
        if len(rows) > MAX_VARIANTS:
            self._first.refuse("slug", f"has more than {MAX_VARIANTS} variants")
        if len(rows) < len(self._rows) != 1:
            self._first.refuse("sku", "is missing in a row, as are price and option values")
        lines: dict[tuple[str, ...], int] = {}
        for number, row in enumerate(rows):
            values = self._values(row, count)
            if lines.setdefault(values, number) != number:
                row.refuse(_VALUES[0], "has the options of another row again")
            yield self._variant(row, values)

    def _values(self, row: CellReader, count: int) -> tuple[str, ...]:
        longest = most_within(Variant, "option_values")
        values = [row.text(name, most=longest) for name in _VALUES]
        for place, value in enumerate(values):
            if bool(value) != (place < count):
                row.refuse(
                    _VALUES[place],
                    "is the value of an option without a name" if value else "is missing",
                )
        return tuple(values[:count])

    def _variant(self, row: CellReader, values: tuple[str, ...]) -> VariantRecord:
        price = row.required_amount("price", currency=self._currency)
        compare_at = row.amount("compare_at", currency=self._currency)
        if compare_at is not None and compare_at <= price:
            row.refuse("compare_at", "is not above the price")
        if row.text("currency") not in {"", self._currency}:
            row.refuse("currency", f"is not the store's, {self._currency}")
        sku = row.text("sku", most=most(Variant, "sku"))
        if not sku:
            row.refuse("sku", "is missing")
        return VariantRecord(
            line=row.row.line,
            sku=sku,
            option_values=values,
            price=price,
            compare_at=compare_at,
            barcode=row.text("barcode", most=most(Variant, "barcode")),
            weight_grams=row.whole("weight_grams"),
            opening_stock=row.whole("stock", most=MOST_ON_HAND) or 0,
            metadata=document(row, "variant_metadata", kind=dict, default={})
            | ({} if row is self._first else _unknown(row)),
            said=self._said | {"sku"},
            title=row.text("variant_title", most=most(Variant, "title")),
            position=row.whole("position"),
        )

    def _images(self) -> Iterator[ImageRecord]:
        first = self._first
        sources = list(dict.fromkeys(first.text("image_urls").split()))
        alts = document(first, "image_alts", kind=list, default=[])
        if len(sources) > MAX_IMAGES:
            first.refuse("image_urls", f"names more than {MAX_IMAGES} images")
        for place, source in enumerate(sources):
            alt = str(alts[place]) if place < len(alts) else ""
            if len(source) > most(ProductImage, "source_url") or not is_picture(source):
                first.refuse("image_urls", "holds neither a web address nor a path")
            if len(alt) > most(ProductImage, "alt"):
                first.refuse("image_alts", "holds a text that is too long")
            yield ImageRecord(line=first.row.line, source=source, alt_text=alt)


def _unknown(row: CellReader) -> dict[str, Any]:
    """Columns that are not ours are kept by their names."""
    return {"columns": dict(row.row.leftover)} if row.row.leftover else {}
