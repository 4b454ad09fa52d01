"""Customers in our own layout: a row a person, who has an address or a number, or both."""

from collections.abc import Iterator
from typing import Any

from apps.interchange.formats.cell_lists import document
from apps.interchange.formats.cells import CellReader
from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.native_columns import CUSTOMER_COLUMNS
from apps.interchange.formats.past_cells import email_address, past_moment
from apps.interchange.formats.past_record import PersonRecord
from apps.interchange.formats.record import Fault, RefusedRecord
from apps.interchange.formats.table import Columns, Row, read_rows
from apps.stores.models import Store

COLUMNS: Columns = {name: (name,) for name in CUSTOMER_COLUMNS}
_MOST_METADATA = 10_000


def read_native_customers(
    lines: BoundedLines, store: Store
) -> Iterator[PersonRecord | RefusedRecord]:
    """This function will yield the customers of a file. What stands in columns that we do not know
    is kept with the metadata.

    Raises:
        UnusableFile: it is no such file.
    """
    for row in read_rows(lines, columns=COLUMNS, required=["email"]):
        yield _person(row)


def _person(row: Row) -> PersonRecord | RefusedRecord:
    faults = list(row.faults)
    cells = CellReader(row, faults=faults)
    names = [cells.line("first_name", most=150), cells.line("last_name", most=150)]
    full_name = " ".join(name for name in names if name)
    if len(full_name) > 150:
        cells.refuse("last_name", "makes the name longer than 150 characters")
    is_active = cells.flag("is_active")
    record = PersonRecord(
        line=row.line,
        key=cells.text("external_id", most=100) or f"line {row.line}",
        rows=(row.raw,),
        email=email_address(cells, "email"),
        external_id=cells.text("external_id", most=100),
        full_name=full_name,
        created_at=past_moment(cells, "created_at"),
        is_active=True if is_active is None else is_active,
        metadata=_metadata(cells),
    )
    if not record.email and not record.external_id:
        cells.refuse("email", "is missing, and so is external_id: it could be anybody")
    return _refused(record, faults) if faults else record


def _refused(record: PersonRecord, faults: list[Fault]) -> RefusedRecord:
    key = f"line {record.line}"
    return RefusedRecord(line=record.line, key=key, faults=tuple(faults), rows=record.rows)


def _metadata(cells: CellReader) -> dict[str, Any]:
    known = document(cells, "metadata", kind=dict, default={}, most=_MOST_METADATA)
    if phone := cells.text("phone", most=50):
        known = {**known, "phone": phone}
    return {**known, **cells.row.leftover}
