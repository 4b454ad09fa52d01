"""What is peculiar to the cells of WooCommerce's export."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

_COMMA = re.compile(r"(?<!\\),")
_ATTRIBUTE = re.compile(r"Attribute (\d+) (name|value\(s\))", re.IGNORECASE)


@dataclass(frozen=True)
class Attribute:
    """A property of a product, or the choice that a variation is."""

    name: str
    values: tuple[str, ...]


def parts(text: str) -> tuple[str, ...]:
    """This function will return what stands between commas, each once; `\\,` is a comma within."""
    found = (part.strip().replace("\\,", ",") for part in _COMMA.split(text))
    return tuple(dict.fromkeys(part for part in found if part))


def unescaped(text: str) -> str:
    """This function will return a text with the line ends that the export writes as `\\n`."""
    return text.replace("\\r\\n", "\n").replace("\\n", "\n")


def attributes_of(leftover: Mapping[str, str]) -> list[Attribute]:
    """This function will return the attributes of a row in their order."""
    found: dict[int, dict[str, str]] = {}
    for header, text in leftover.items():
        if match := _ATTRIBUTE.fullmatch(header):
            found.setdefault(int(match[1]), {})[match[2].casefold()] = text
    return [
        Attribute(cells["name"], parts(cells.get("value(s)", "")))
        for _, cells in sorted(found.items())
        if cells.get("name")
    ]


def without_attributes(leftover: Mapping[str, str]) -> dict[str, str]:
    """This function will return the cells that say something else."""
    return {name: text for name, text in leftover.items() if not _ATTRIBUTE.fullmatch(name)}


def is_on_sale(begins: str, ends: str, *, today: date) -> bool:
    """This function will tell whether a sale price holds on a day. A day that cannot be read is
    none: then the regular price holds."""
    try:
        return (not begins or _day(begins) <= today) and (not ends or today <= _day(ends))
    except ValueError:
        return False


def _day(text: str) -> date:
    return datetime.fromisoformat(text.replace(" ", "T", 1)).date()
