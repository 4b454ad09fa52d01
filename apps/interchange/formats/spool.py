"""Rows of a file put aside on the disk, to be read again in another order."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def put(self, row: Row) -> int:
        """This function will put a row aside, and return where it is.

        Raises:
            UnusableFile: the rows would fill the disk.
        """
        place = self._file.seek(0, 2)
        if place > MOST_BYTES:
            raise UnusableFile(f"It has more than {MOST_BYTES:,} bytes of rows.")
        faults = [asdict(fault) for fault in row.faults]
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
            faults=tuple(Fault(**fault) for fault in faults),
            raw=tuple(raw),
        )
