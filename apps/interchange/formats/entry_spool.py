"""Rows of a file that do not come together: kept aside on disk, and read in another order."""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Self

from apps.interchange.errors import UnusableFile
from apps.interchange.formats.spool import MOST_BYTES

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


class EntrySpool:
    """Takes lines as they come, and gives them back entry by entry: the earliest first, and those
    of one number together, wherever they stood. Memory stays flat whatever the file."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect(_NAMELESS, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("PRAGMA temp_store = FILE")
        self._rows.execute("BEGIN")
        self._rows.execute(_TABLE)
        self._bytes = 0
        self._waiting: list[tuple[Any, ...]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.close()

    def add(self, *, line: int, number: str, at: str, cells: bytes) -> None:
        """This function will take a line; `at` is a text that sorts as its time does.

        Raises:
            UnusableFile: the lines would fill the disk.
        """
        self._bytes += len(number) + len(cells)
        if self._bytes > MOST_BYTES:
            raise UnusableFile(f"It has more than {MOST_BYTES:,} bytes of rows.")
        self._waiting.append((line, number, at, cells))
        if len(self._waiting) >= _MANY:
            self._flush()

    def entries(self, *, most: int) -> Iterator[tuple[str, Sequence[Line]]]:
        """This function will yield each number with its lines, in the order of the file; of one
        that has more than `most`, one more than that."""
        self._flush()
        self._rows.execute(_BY_NUMBER)
        found = self._rows.execute(_IN_ORDER)
        for number, lines in groupby(found, key=itemgetter(0)):
            yield number, list(islice(lines, most + 1))

    def _flush(self) -> None:
        self._rows.executemany("INSERT INTO lines VALUES (?, ?, ?, ?)", self._waiting)
        self._waiting.clear()
