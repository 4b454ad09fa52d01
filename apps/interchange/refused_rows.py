"""Rows that were refused, as a small file to be mended and uploaded again."""

from collections.abc import Iterable, Sequence

from apps.interchange.formats.csv_text import csv_text
from apps.interchange.formats.table import REASON
from apps.interchange.report import Outcome


def refused_csv(outcomes: Iterable[Outcome], *, columns: Sequence[str]) -> bytes:
    """This function will write the rows of outcomes with the reason behind each, as UTF-8.

    What looks like a formula is marked, and unmarked when it is read. Bytes that were not in the
    encoding of the file become question marks.
    """
    rows = [
        [*cells, "; ".join(map(str, one.faults))] for one in outcomes for cells in one.rows or [()]
    ]
    text = csv_text([[*columns, REASON], *rows]).replace("\x00", "?")
    return text.encode("utf-8-sig", "replace")
