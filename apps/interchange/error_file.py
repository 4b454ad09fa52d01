"""The file of refused rows: the layout of the input and a reason, to be mended and imported."""

import csv
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self, TextIO

from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.record import Fault
from apps.interchange.formats.table import REASON
from apps.interchange.report import Outcome, Result


class ErrorFile:
    """Takes outcomes, and writes those that were refused; without one there is no file.

    It is plain text in the encoding of the input, and only its owner may read it: refused rows may
    be about people. What was there under its name before is replaced.
    """

    def __init__(self, path: Path, *, lines: BoundedLines) -> None:
        self.path = path
        self._lines = lines
        self._file: TextIO | None = None
        self._header: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def __call__(self, outcome: Outcome) -> None:
        """This function will write the rows of an outcome, if it was refused."""
        if outcome.result is not Result.REFUSED:
            return
        file = self._file or self._begin()
        if self._header:
            self._write_rows(file, outcome)
        else:
            _write_object(file, outcome)

    def _begin(self) -> TextIO:
        self.path.unlink(missing_ok=True)
        # Made by us and nobody else: in a folder of all, a link could be put there meanwhile.
        made = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(
            made, "w", encoding=self._lines.encoding, errors="surrogateescape", newline=""
        )
        self._header = _without_reason(self._lines.header)
        if self._header:
            csv.writer(self._file).writerow([*self._header, REASON])
        return self._file

    def _write_rows(self, file: TextIO, outcome: Outcome) -> None:
        """The first row of a record tells all that is wrong with it."""
        encoding = self._lines.encoding
        reason = _reason(outcome.faults).encode(encoding, "replace").decode(encoding)
        for row in outcome.rows or [()]:
            cells = list(row)
            if len(cells) == len(self._lines.header) != len(self._header):
                cells.pop()  # what was wrong with it the last time
            missing = [""] * (len(self._header) - len(cells))
            csv.writer(file).writerow([*cells, *missing, reason])
            reason = ""


def _without_reason(header: tuple[str, ...]) -> tuple[str, ...]:
    return header[:-1] if header and header[-1] == REASON else header


def _reason(faults: Sequence[Fault]) -> str:
    return "; ".join(map(str, faults))


def _write_object(file: TextIO, outcome: Outcome) -> None:
    text = outcome.rows[0][0] if outcome.rows and outcome.rows[0] else "{}"
    try:
        thing = json.loads(text)
    except (ValueError, RecursionError):
        thing = {"line": text}
    thing = thing if isinstance(thing, dict) else {"line": text}
    file.write(json.dumps(thing | {REASON: _reason(outcome.faults)}) + "\n")
