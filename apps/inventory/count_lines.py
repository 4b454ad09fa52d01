"""Lists of SKUs as people paste or upload them: one on a line, with what was counted or without."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from apps.inventory.models import MOST_ON_HAND

MOST_LINES = 500
_BETWEEN = ("\t", ";", ",")
_DIGITS = 10


@dataclass(frozen=True, kw_only=True)
class CountLine:
    """A SKU, what was counted of it if that is written there, and what is wrong with the line."""

    sku: str
    counted: int | None = None
    fault: str = ""


def read_count_lines(text: str) -> list[CountLine]:
    """This function will read a list, those lines too of which something is wrong.

    A tab, a semicolon or a comma stands before the number, as spreadsheets write them. A first line
    that names the columns is passed over.
    """
    seen: set[str] = set()
    lines = []
    for place, cells in enumerate(_rows(text)):
        if place == 0 and cells[0].casefold() == "sku":
            continue
        line = _line(cells)
        if line.sku in seen:
            line = CountLine(sku=line.sku, fault="is there twice")
        seen.add(line.sku)
        lines.append(line)
    return lines


def _rows(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.strip():
            mark = next((one for one in _BETWEEN if one in line), ",")
            # One line is one row: a quotation mark that is never closed ends with it.
            cells = next(csv.reader([line], delimiter=mark), [""])
            yield [cell.strip() for cell in cells]


def _line(cells: list[str]) -> CountLine:
    sku, counted = cells[0], cells[1] if len(cells) > 1 else ""
    if not sku:
        return CountLine(sku="", fault="names no SKU")
    if not counted:
        return CountLine(sku=sku)
    if not (counted.isascii() and counted.isdecimal() and len(counted) <= _DIGITS):
        return CountLine(sku=sku, fault=f"{counted[:40]!r} is not a whole number")
    if int(counted) > MOST_ON_HAND:
        return CountLine(sku=sku, fault=f"{counted} is more than a warehouse can hold")
    return CountLine(sku=sku, counted=int(counted))
