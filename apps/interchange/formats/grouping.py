"""Rows that belong together, and names that a file uses twice."""

from collections.abc import Iterator

from apps.catalog.models.product import MAX_IMAGES, MAX_VARIANTS
from apps.interchange.formats.record import Fault, ProductRecord, RefusedRecord
from apps.interchange.formats.table import Row

MOST_ROWS = MAX_VARIANTS + MAX_IMAGES


def in_groups(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """This function will yield the rows of one `slug` at a time.

    A row without a readable one stays with the product before it: whose it is nobody knows, and a
    product that may lack a row is not imported.
    """
    group: list[Row] = []
    for row in rows:
        slug = row.cells.get("slug", "")
        if group and slug not in {"", group[0].cells.get("slug", "")}:
            yield group
            group = []
        if len(group) <= MOST_ROWS:
            group.append(row)
    if group:
        yield group


class Seen:
    """The slugs and SKUs of a file so far, as hashes: some hundred bytes each, however long."""

    def __init__(self, *, slugs_are: str = "handle") -> None:
        self._slugs: dict[int, int] = {}
        self._skus: dict[int, int] = {}
        self._called = slugs_are

    def judged(
        self, record: ProductRecord | RefusedRecord, *, rows: list[Row]
    ) -> ProductRecord | RefusedRecord:
        """This function will return a record, or its refusal where its rows are at fault or it
        repeats a name."""
        faults = [*_rows_at_fault(rows), *self._again(record)]
        if not faults:
            return record
        if isinstance(record, RefusedRecord):
            faults += record.faults
        faults.sort(key=lambda fault: fault.line)
        raw = tuple(row.raw for row in rows)
        return RefusedRecord(line=record.line, key=record.key, faults=tuple(faults), rows=raw)

    def _again(self, record: ProductRecord | RefusedRecord) -> Iterator[Fault]:
        first = self._slugs.setdefault(hash(record.key), record.line)
        if record.key and first != record.line:
            reason = (
                f"its {self._called} was used before, at line {first}; "
                "rows of a product come together"
            )
            yield Fault(line=record.line, value=record.key, reason=reason)
        for variant in record.variants if isinstance(record, ProductRecord) else ():
            first = self._skus.setdefault(hash(variant.sku), variant.line)
            if first != variant.line:
                reason = f"its SKU was used before, at line {first}"
                yield Fault(line=variant.line, value=variant.sku, reason=reason)


def _rows_at_fault(rows: list[Row]) -> Iterator[Fault]:
    for row in rows:
        yield from row.faults
    if len(rows) > MOST_ROWS:
        yield Fault(line=rows[0].line, reason=f"begins a product of more than {MOST_ROWS:,} rows")
