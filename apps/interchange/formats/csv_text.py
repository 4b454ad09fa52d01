"""CSV that people open in spreadsheets: what others wrote is never taken for a formula there."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

# What spreadsheets take for the beginning of a formula; a tab or line break may hide one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MARK = "'"


def csv_text(rows: Iterable[Iterable[Any]]) -> str:
    """This function will write rows as CSV (RFC 4180).

    Texts that look like formulas are marked by `marked`; numbers are left as they are, moments are
    ISO 8601 in UTC, and nothing is an empty cell.
    """
    lines = io.StringIO()
    csv.writer(lines).writerows([_cell(value) for value in row] for row in rows)
    return lines.getvalue()


def marked(text: str) -> str:
    """This function will put an apostrophe before what a spreadsheet would run, and before what
    such a text already looks like with its apostrophes: so `unmarked` gives every text back."""
    return f"{_MARK}{text}" if _is_marked_in_files(text) else text


def unmarked(cell: str) -> str:
    """This function will take off the apostrophe that `marked` has put before a text, and no
    other."""
    rest = cell.removeprefix(_MARK)
    return rest if rest != cell and _is_marked_in_files(rest) else cell


def listed(words: Iterable[str]) -> str:
    """This function will write words with commas between them; a word with a comma, a quotation
    mark or space at its ends is quoted as CSV quotes."""
    return ",".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    if "," in word or '"' in word or word != word.strip():
        return '"{}"'.format(word.replace('"', '""'))
    return word


def moment_text(moment: datetime) -> str:
    """This function will write a moment to the microsecond, where it has any, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _is_marked_in_files(text: str) -> bool:
    bare = text.lstrip(_MARK)
    return bare.startswith(_FORMULA) or bare.lstrip().startswith(_FORMULA)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:f}"
        case datetime():
            return moment_text(value)
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
    return marked(str(value))
