"""The file of refused rows: the layout of the input and a reason, to be mended and imported."""

import os
from pathlib import Path
from typing import Self, TextIO

from apps.interchange.formats.lines import BoundedLines
from apps.interchange.refused_text import header_text, refused_text
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
        lines = self._lines
        file.write(refused_text(outcome, header=lines.header, encoding=lines.encoding))

    def _begin(self) -> TextIO:
        self.path.unlink(missing_ok=True)
        # Made by us and nobody else: in a folder of all, a link could be put there meanwhile.
        made = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(
            made, "w", encoding=self._lines.encoding, errors="surrogateescape", newline=""
        )
        self._file.write(header_text(self._lines.header))
        return self._file
