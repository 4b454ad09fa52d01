"""Our own stock files: how many of each SKU were counted in each warehouse."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.catalog.models import Variant
from apps.interchange.formats.cells import CellReader
from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.native_columns import STOCK_COLUMNS
from apps.interchange.formats.product_cells import most
from apps.interchange.formats.record import Fault, RefusedRecord, unless_at_fault
from apps.interchange.formats.table import Row, read_rows
from apps.inventory.models import MOST_ON_HAND, Warehouse

COLUMNS = {name: (name,) for name in STOCK_COLUMNS}
REQUIRED = ("sku", "on_hand")


@dataclass(frozen=True, kw_only=True)
class StockRecord:
    """What a warehouse has of a SKU. Without a warehouse it is the store's default one."""

    line: int
    sku: str
    warehouse: str
    on_hand: int
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def key(self) -> str:
        """What it is called in reports."""
        return f"{self.sku} in {self.warehouse}" if self.warehouse else self.sku


def read_stock(lines: BoundedLines) -> Iterator[StockRecord | RefusedRecord]:
    """This function will yield the rows of a stock file, those that cannot be read too.

    Raises:
        UnusableFile: it is not such a file.
    """
    seen: dict[int, int] = {}
    for row in read_rows(lines, columns=COLUMNS, required=REQUIRED):
        yield _record(row, seen)


def _record(row: Row, seen: dict[int, int]) -> StockRecord | RefusedRecord:
    faults: list[Fault] = list(row.faults)
    cells = CellReader(row, faults=faults)
    sku = cells.text("sku", most=most(Variant, "sku"))
    warehouse = cells.text("warehouse", most=most(Warehouse, "code"))
    if not sku:
        cells.refuse("sku", "is missing")
    on_hand = cells.whole("on_hand", most=MOST_ON_HAND)
    if on_hand is None and not cells.has("on_hand"):
        cells.refuse("on_hand", "is missing")
    reserved = cells.whole("reserved", most=MOST_ON_HAND)
    if on_hand is not None and reserved is not None and reserved > on_hand:
        cells.refuse("reserved", "is more than is on hand")
    first = seen.setdefault(hash((sku, warehouse)), row.line)
    if sku and first != row.line:
        cells.refuse("sku", f"was counted before, at line {first}")
    record = StockRecord(
        line=row.line, sku=sku, warehouse=warehouse, on_hand=on_hand or 0, rows=(row.raw,)
    )
    return unless_at_fault(record, faults)
