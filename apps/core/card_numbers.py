"""Recognising card numbers, so that none is ever stored, logged or passed on by us."""

import re
from typing import Any

# 13 to 19 digits in one piece, or in groups as they are printed on cards. Hexadecimal groups, as
# in UUIDs, touch letters and are none of ours.
_IN_ONE_PIECE = re.compile(r"(?<!\d)\d{13,19}(?!\d)")
_IN_GROUPS = re.compile(r"(?<![0-9A-Za-z])\d{2,6}(?:[ -]\d{2,6}){2,5}(?![0-9A-Za-z])")
# Standing alone, of a length and with a first digit that payment cards have: no time, no UUID.
_ALONE = re.compile(
    r"(?<![0-9A-Za-z.])(?<![0-9A-Za-z]-)[2-6](?:[ -]?\d){13,18}(?!-?[0-9A-Za-z])(?!\.\d)"
)
_LENGTHS = range(13, 20)


def holds_card_number(text: str) -> bool:
    """This function will tell whether a text holds what may be the number of a payment card.

    That is 13 to 19 digits (ISO/IEC 7812-1) whose last one is their Luhn check digit.
    """
    found = _IN_ONE_PIECE.findall(text) + _IN_GROUPS.findall(text)
    numbers = (re.sub(r"\D", "", candidate) for candidate in found)
    return any(len(number) in _LENGTHS and _passes_luhn(number) for number in numbers)


def without_card_numbers(text: str, *, instead: str) -> str:
    """This function will replace the numbers of payment cards that stand alone in a text.

    It takes less for one than `holds_card_number`: an identifier that is a long number stays.
    """
    return _ALONE.sub(
        lambda found: instead if _passes_luhn(re.sub(r"\D", "", found[0])) else found[0], text
    )


def fields_with_card_number(value: Any, *, path: str = "") -> list[str]:
    """This function will return the paths of all texts and numbers in a JSON value that do."""
    if isinstance(value, dict):
        members = [(str(name), member) for name, member in value.items()]
    elif isinstance(value, list):
        members = [(str(place), member) for place, member in enumerate(value)]
    else:
        plain = isinstance(value, str | int | float)
        return [path] if plain and holds_card_number(str(value)) else []
    return [
        found
        for name, member in members
        for found in fields_with_card_number(member, path=f"{path}.{name}" if path else name)
    ]


def _passes_luhn(number: str) -> bool:
    """Luhn's modulus 10 (US patent 2950048; ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
