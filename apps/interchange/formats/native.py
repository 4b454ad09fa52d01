"""Our own product files: CSV with a row for each variant, or a line of JSON for each product.

The first row of a product holds what belongs to it; the rows that continue it may leave those cells
blank. Both hold the same, and the first character tells them apart.
"""

import json
from collections.abc import Iterator
from typing import Any

from apps.catalog.models.product import MAX_IMAGES, MAX_OPTIONS, MAX_VARIANTS
from apps.interchange.formats.csv_text import listed
from apps.interchange.formats.grouping import Seen, in_groups
from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.native_columns import PRODUCT_COLUMNS
from apps.interchange.formats.native_product import NativeProductReader
from apps.interchange.formats.record import Fault, ProductRecord, RefusedRecord
from apps.interchange.formats.table import REASON, Row, read_rows, unstorable

_OURS = {"product_slug": "slug", "product_title": "title"}
COLUMNS = {_OURS.get(name, name): (name,) for name in PRODUCT_COLUMNS}
_HEADERS = {_OURS.get(name, name): name for name in PRODUCT_COLUMNS}
_KNOWN = {*PRODUCT_COLUMNS, "options", "variants", "images", REASON}
REQUIRED = ("slug", "title", "sku", "price")


def read_products(lines: BoundedLines, *, currency: str) -> Iterator[ProductRecord | RefusedRecord]:
    """This function will yield the products of a file of ours, those that cannot be read too.

    Amounts are in `currency`; a row that says otherwise is refused. Memory holds one product, and
    some two hundred bytes for each before it.

    Raises:
        UnusableFile: it is not such a file.
    """
    is_json = lines.look_ahead().lstrip().startswith("{")
    groups = _objects(lines) if is_json else in_groups(_rows(lines))
    seen = Seen(slugs_are="slug")
    for rows in groups:
        record = NativeProductReader(rows, currency=currency).read()
        yield seen.judged(record, rows=rows)


def _rows(lines: BoundedLines) -> Iterator[Row]:
    return read_rows(lines, columns=COLUMNS, required=REQUIRED)


def _objects(lines: BoundedLines) -> Iterator[list[Row]]:
    number = 0
    while True:
        lines.begin_record()
        text = next(lines, "")
        number += 1
        if not text:
            return
        if text.strip():
            yield _rows_of(text.strip(), line=number)


def _rows_of(text: str, *, line: int) -> list[Row]:
    raw = (text,)
    try:
        product = json.loads(text)
        variants = _list(product, "variants", most=MAX_VARIANTS) or [{}]
        first = _product_cells(product)
        cells = [first | _variant_cells(variant) for variant in variants]
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        reason = f"is not a product as a line of JSON: {str(error)[:100]}"
        return [Row(line, faults=(Fault(line=line, reason=reason),), raw=raw)]
    found = {
        (_HEADERS[name], reason)
        for one in cells
        for name, text in one.items()
        if (reason := unstorable(text))
    }
    faults = tuple(
        Fault(line=line, column=column, reason=reason) for column, reason in sorted(found)
    )
    extra = {name: _text(value) for name, value in product.items() if name not in _KNOWN}
    first_row = Row(line, headers=_HEADERS, cells=cells[0], leftover=extra, faults=faults, raw=raw)
    return [first_row, *(Row(line, headers=_HEADERS, cells=one) for one in cells[1:])]


def _product_cells(product: dict[str, Any]) -> dict[str, str]:
    images = _list(product, "images", most=MAX_IMAGES)
    cells = {name: _text(product.get(column)) for name, column in _HEADERS.items()}
    cells["tags"] = listed(_list(product, "tags"))
    cells["categories"] = ";".join(_list(product, "categories"))
    cells["image_urls"] = " ".join(image["url"] for image in images)
    cells["image_alts"] = json.dumps([image.get("alt", "") for image in images])
    for place, name in enumerate(_list(product, "options", most=MAX_OPTIONS), start=1):
        cells[f"option{place}_name"] = _text(name)
    return cells


def _variant_cells(variant: dict[str, Any]) -> dict[str, str]:
    cells = {name: _text(value) for name, value in variant.items() if name in _HEADERS}
    values = _list(variant, "option_values", most=MAX_OPTIONS)
    for place, value in enumerate(values, start=1):
        cells[f"option{place}_value"] = _text(value)
    return cells


def _list(thing: dict[str, Any], name: str, *, most: int | None = None) -> list[Any]:
    """A text would be taken letter by letter; what is too much would be dropped, or fill the
    memory: each variant becomes a row."""
    value = thing.get(name) or []
    if not isinstance(value, list):
        raise TypeError(f"{name} is no list")
    if most is not None and len(value) > most:
        raise ValueError(f"{name} has more than {most}")
    return value


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value)
