"""CSV that people open in spreadsheets: what others wrote is never taken for a formula there."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

# What spreadsheets take for the beginning of a formula; a tab or line break may hide one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_text(rows: Iterable[Iterable[Any]]) -> str:
    """This function will write rows as CSV (RFC 4180).

    Texts that look like formulas begin with an apostrophe; numbers are left as they are, moments
    are ISO 8601 in UTC, and nothing is an empty cell.
    """
    lines = io.StringIO()
    csv.writer(lines).writerows([_cell(value) for value in row] for row in rows)
    return lines.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    text = str(value)
    is_number = isinstance(value, int | float)
    looks_like_formula = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if looks_like_formula and not is_number else text
