"""Cells that hold several values, read as `csv_text` and others write them."""

import csv
import json
from collections.abc import Sequence
from typing import Any

from apps.interchange.formats.cells import CellReader

# Each part of a path may become a category. Taxonomies of the whole trade have eight levels.
MOST_LEVELS = 30
MOST_PATHS = 250


def words(cell: CellReader, name: str) -> tuple[str, ...]:
    """This function will return what stands between commas, each once; quotation marks keep a
    comma within a word."""
    text = cell.text(name)
    if not text:
        return ()
    try:
        (found,) = csv.reader([text.replace("\n", " ")], strict=True, skipinitialspace=True)
    except (csv.Error, ValueError):
        cell.refuse(name, "is not a list of words with commas between them")
        return ()
    return distinct(found)


def paths(
    cell: CellReader, name: str, *, texts: Sequence[str], most: int
) -> tuple[tuple[str, ...], ...]:
    """This function will return the paths `A > B` that the texts of a cell say, each once; a part
    has so many characters at most."""
    found = [tuple(part.strip() for part in path.split(">") if part.strip()) for path in texts]
    if any(len(part) > most for path in found for part in path):
        cell.refuse(name, f"has a part longer than {most} characters")
    if any(len(path) > MOST_LEVELS for path in found):
        cell.refuse(name, f"has a path of more than {MOST_LEVELS} levels")
    if len(found) > MOST_PATHS:
        cell.refuse(name, f"has more than {MOST_PATHS} paths")
    return tuple(dict.fromkeys(path for path in found if path))


def document(
    cell: CellReader, name: str, *, kind: type, default: Any, most: int | None = None
) -> Any:
    """This function will return the JSON value of a cell, which is an object or a list."""
    text = cell.text(name, most=most)
    if not text:
        return default
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, kind) and is_storable(value):
        return value
    cell.refuse(name, f"is not a JSON {'object' if kind is dict else 'list'}")
    return default


def distinct(parts: Sequence[str]) -> tuple[str, ...]:
    """This function will trim words and leave out what is empty or said again."""
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def is_storable(value: Any) -> bool:
    """This function will tell whether a JSON value can be kept and shown: PostgreSQL stores neither
    NUL nor half a character, and no answer says numbers without end, such as 1e999."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError):
        return False
    return "\\u0000" not in text
