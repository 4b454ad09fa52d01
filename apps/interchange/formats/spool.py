"""Rows of a file put aside on the disk, to be read again in another order."""

import json
import tempfile
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from apps.interchange.errors import UnusableFile
from apps.interchange.formats.record import Fault
from apps.interchange.formats.table import Row

MOST_BYTES = 2 * 1024**3


class RowSpool:
    """A temporary file without a name: it is gone with the process, however that ends."""

    def __init__(self, *, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the spool
"""Rows of a file that do not come together: kept aside on disk, and read in another order."""
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Self

# SQLite makes a nameless file for "": it is gone when it is closed, or the process is.
_NAMELESS = ""
_MANY = 5_000
_TABLE = """
CREATE TABLE lines (
    line INTEGER PRIMARY KEY, number TEXT NOT NULL, at TEXT NOT NULL, cells BLOB NOT NULL
)
"""
_BY_NUMBER = "CREATE INDEX lines_of_number ON lines (number, line, at)"
_IN_ORDER = """
SELECT lines.number, lines.line, lines.at, lines.cells
FROM (SELECT number, min(at) AS first, min(line) AS top FROM lines GROUP BY number) AS entry
JOIN lines ON lines.number = entry.number
ORDER BY entry.first, entry.top, lines.line
"""
Line = tuple[str, int, str, bytes]
class Spool:
    """Takes lines as they come, and gives them back entry by entry: the earliest first, and those
    of one number together, wherever they stood. Memory stays flat whatever the file."""
    def __init__(self) -> None:
        self._rows = sqlite3.connect(_NAMELESS, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("PRAGMA temp_store = FILE")
        self._rows.execute("BEGIN")
        self._rows.execute(_TABLE)
        self._waiting: list[tuple[Any, ...]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def put(self, row: Row) -> int:
        """This function will put a row aside, and return where it is.

        Raises:
            UnusableFile: the rows would fill the disk.
        """
        place = self._file.seek(0, 2)
        if place > MOST_BYTES:
            raise UnusableFile(f"It has more than {MOST_BYTES:,} bytes of rows.")
        faults = [[one.line, one.reason, one.column, one.value] for one in row.faults]
        kept = [row.line, row.cells, row.leftover, faults, row.raw]
        self._file.write(json.dumps(kept).encode() + b"\n")
        return place

    def get(self, place: int) -> Row:
        """This function will return the row that was put somewhere."""
        self._file.seek(place)
        line, cells, leftover, faults, raw = json.loads(self._file.readline())
        return Row(
            line,
            headers=self._headers,
            cells=cells,
            leftover=leftover,
            faults=tuple(
                Fault(line=at, reason=reason, column=column, value=value)
                for at, reason, column, value in faults
            ),
            raw=tuple(raw),
        )
    def __exit__(self, *_: object) -> None:
        self._rows.close()
    def add(self, *, line: int, number: str, at: str, cells: bytes) -> None:
        """This function will take a line; `at` is a text that sorts as its time does."""
        self._waiting.append((line, number, at, cells))
        if len(self._waiting) >= _MANY:
            self._flush()
    def entries(self) -> Iterator[tuple[str, Sequence[Line]]]:
        """This function will yield each number with its lines, in the order of the file."""
        self._flush()
        self._rows.execute(_BY_NUMBER)
        found = self._rows.execute(_IN_ORDER)
        for number, lines in groupby(found, key=itemgetter(0)):
            yield number, list(lines)
    def _flush(self) -> None:
        self._rows.executemany("INSERT INTO lines VALUES (?, ?, ?, ?)", self._waiting)
        self._waiting.clear()
