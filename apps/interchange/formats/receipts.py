"""Our own delivery files: how many of each SKU have come."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.catalog.models import Variant
from apps.interchange.formats.cells import CellReader
from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.native_columns import RECEIPT_COLUMNS
from apps.interchange.formats.product_cells import most
from apps.interchange.formats.record import Fault, RefusedRecord, unless_at_fault
from apps.interchange.formats.table import Row, read_rows
from apps.inventory.models import MOST_ON_HAND, StockMovement, Warehouse

COLUMNS = {name: (name,) for name in RECEIPT_COLUMNS}
REQUIRED = ("sku", "quantity")


@dataclass(frozen=True, kw_only=True)
class ReceiptRecord:
    """So many of a SKU. Without a warehouse they go where the whole delivery goes.

    `rows` are its cells by our columns: the file of refused rows has these, whatever else the
    sender wrote.
    """

    line: int
    sku: str
    quantity: int
    warehouse: str = ""
    note: str = ""
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def key(self) -> str:
        """What it is called in reports."""
        return f"{self.sku} in {self.warehouse}" if self.warehouse else self.sku


def read_receipts(lines: BoundedLines) -> Iterator[ReceiptRecord | RefusedRecord]:
    """This function will yield the rows of a delivery file, those that cannot be read too.

    Raises:
        UnusableFile: it is not such a file.
    """
    seen: dict[tuple[str, str], int] = {}
    for row in read_rows(lines, columns=COLUMNS, required=REQUIRED):
        yield _record(row, seen)


def _record(row: Row, seen: dict[tuple[str, str], int]) -> ReceiptRecord | RefusedRecord:
    faults: list[Fault] = list(row.faults)
    cells = CellReader(row, faults=faults)
    sku = cells.text("sku", most=most(Variant, "sku"))
    warehouse = cells.text("warehouse", most=most(Warehouse, "code"))
    quantity = cells.whole("quantity", most=MOST_ON_HAND)
    if not sku:
        cells.refuse("sku", "is missing")
    if quantity is None and not cells.has("quantity"):
        cells.refuse("quantity", "is missing")
    if quantity == 0:
        cells.refuse("quantity", "is nought")
    first = seen.setdefault((sku, warehouse), row.line)
    if sku and first != row.line:
        cells.refuse("sku", f"is there before, at line {first}")
    record = ReceiptRecord(
        line=row.line,
        sku=sku,
        quantity=quantity or 0,
        warehouse=warehouse,
        note=cells.line("note", most=most(StockMovement, "note")),
        rows=(_cells(row),),
    )
    return unless_at_fault(record, faults)


def _cells(row: Row) -> tuple[str, ...]:
    """What is no CSV is one text, and stays readable."""
    read = tuple(row.cells.get(name, "") for name in RECEIPT_COLUMNS)
    return read if any(read) else (*row.raw[:1], *read[1:])
