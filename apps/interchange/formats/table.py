"""Rows of a CSV file by the names we know its columns by."""

import csv
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from apps.interchange.errors import UnusableFile
from apps.interchange.formats.csv_text import unmarked
from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.record import Fault

# The last column of a file of refused rows. It is ours: who mends such a file leaves it there.
REASON = "reason"
_MOST_BLANK_ROWS = 10_000
_SURROGATE = re.compile("[\ud800-\udfff]")

# Our name of a column -> what files call it; case does not matter.
Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Row:
    """`cells` by our names, `leftover` what is filled in columns we do not know, by theirs.

    `raw` is the row as it was read; of one that is not CSV, its text alone.
    """

    line: int
    headers: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    leftover: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    raw: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Header:
    """What the file calls its columns, and where those are that we know and that we do not."""

    all_names: list[str]
    known: Mapping[str, int]
    unknown: Mapping[str, int]
    names: Mapping[str, str]


def read_rows(lines: BoundedLines, *, columns: Columns, required: Collection[str]) -> Iterator[Row]:
    """This function will yield every row that is not blank; what is wrong with one is in `faults`.

    Apostrophes that we, or other shops, have put before formulas are taken off again.

    Raises:
        UnusableFile: the header lacks a required column, or names a known one twice.
    """
    reader = csv.reader(lines, strict=True)
    header = _read_header(reader, columns=columns, required=required)
    lines.header = tuple(header.all_names)
    blank = 0
    while blank <= _MOST_BLANK_ROWS:
        lines.begin_record()
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = Fault(line=line, reason=f"is not CSV: {error}")
            yield Row(line, faults=(fault,), raw=(lines.record_text.rstrip("\r\n"),))
        else:
            blank += 1
            if any(cell.strip() for cell in cells):
                blank = 0
                yield _row(line, cells, header)
    raise UnusableFile(f"More than {_MOST_BLANK_ROWS:,} rows before line {line} are blank.")


def _read_header(
    reader: Iterator[list[str]], *, columns: Columns, required: Collection[str]
) -> _Header:
    try:
        names = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise UnusableFile(f"Its first line is not CSV: {error}.") from error
    ours = {theirs.casefold(): our for our, known in columns.items() for theirs in known}
    known: dict[str, int] = {}
    unknown: dict[str, int] = {}
    for place, name in enumerate(names):
        our = ours.get(name.casefold())
        if our in known:
            raise UnusableFile(f"It has two columns for {our}: {names[known[our]]} and {name}.")
        if our is not None:
            known[our] = place
        elif name and not (name == REASON and place == len(names) - 1):
            unknown.setdefault(name, place)
    if missing := [columns[our][0] for our in required if our not in known]:
        found = ", ".join(names)[:200] or "nothing"
        raise UnusableFile(f"Its first line lacks the columns {', '.join(missing)}; found: {found}")
    return _Header(names, known, unknown, {our: names[at] for our, at in known.items()})


def _row(line: int, cells: list[str], header: _Header) -> Row:
    faults = list(_faults(line, cells, header))
    read = [unmarked(cell).strip() for cell in cells]
    width = len(cells)
    return Row(
        line,
        headers=header.names,
        cells={our: read[at] for our, at in header.known.items() if at < width},
        leftover={name: read[at] for name, at in header.unknown.items() if at < width and read[at]},
        faults=tuple(faults),
        raw=tuple(cells),
    )


def _faults(line: int, cells: list[str], header: _Header) -> Iterator[Fault]:
    for place, cell in enumerate(cells):
        if reason := unstorable(cell):
            name = header.all_names[place] if place < len(header.all_names) else ""
            yield Fault(line=line, column=name, reason=reason)
    if len(cells) != len(header.all_names):
        reason = f"has {len(cells)} cells where the header has {len(header.all_names)}"
        yield Fault(line=line, reason=reason)


def unstorable(text: str) -> str:
    """This function will tell why PostgreSQL would not store a text, "" when it would."""
    if text.isascii() and "\x00" not in text:
        return ""
    if "\x00" in text:
        return "holds a NUL character"
    if _SURROGATE.search(text):
        return "holds bytes that are not in the file's encoding"
    return ""
