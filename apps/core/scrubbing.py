"""Keeping secrets and personal data out of the log, whoever writes the line.

A text is searched for what looks like a secret; a field whose name says that it holds one is not
looked at, but emptied.
"""

import re
from collections.abc import Mapping
from typing import Any

from apps.core.card_numbers import without_card_numbers

SCRUBBED = "[scrubbed]"

_SECRET_NAME = re.compile(
    r"passw(or)?d|secret|token|otp$|otp_|authorization|cookie|api_?key|private_?key|credential"
    r"|^(access|refresh)$|signature",
    re.IGNORECASE,
)
# Each of them is anchored or bounded: the time that a text takes grows with its length alone.
_SECRET = re.compile(
    r"""
    (?:(?<![\w-])|(?<=%20|%22|%3D))eyJ[\w-]{6,}(?:\.[\w-]*){1,4}    # a JSON Web Token
    | \b(?:tpk|sk|rk|whsec|whsk)_[\w+/=-]{6,}          # our keys, Stripe's, signing secrets
    | \b(?i:bearer|basic)\s[\w.~+/=-]{6,}              # an Authorization header
    | (?<=://)[^\s/@:]*:[^\s/@]+(?=@)                  # user and password in a URL
    | (?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++     # an e-mail address
    # A row that PostgreSQL refused, hashes of passwords and all; a column may have several lines.
    | (?<=Failing\ row\ contains\ )\((?s:.{0,9999}?\)\.(?=\n|\Z)|.{0,9999})
    """,
    re.VERBOSE,
)
# password=…, "otp": "…", and the like within a text.
_NAMED = re.compile(
    r"""((?:passw(?:or)?d|secret|otp|token|authorization|api_?key|cookie)\w{0,20}["']?\s?[:=]\s?)
        (?:"[^"]{0,999}"|'[^']{0,999}'|[^\s"',;&}\])]+)""",
    re.IGNORECASE | re.VERBOSE,
)
# A text without any of these holds nothing of the above.
_SUSPICIOUS = re.compile(
    r"eyJ|_|@|Failing|(?i:bearer|basic|passw|secret|otp|token|auth|key|cookie)|\d{4}"
)
_SHORTEST_CARD = 10**13
_DEEPEST = 6


def scrub(logger: Any, method: str, line: dict[str, Any]) -> dict[str, Any]:
    """This function will be the last processor of structlog before the line is written."""
    return {name: _scrubbed_field(name, value) for name, value in line.items()}


def scrubbed_text(text: str) -> str:
    """This function will return a text without secrets, e-mail addresses and card numbers."""
    if not _SUSPICIOUS.search(text):
        return text
    text = _SECRET.sub(SCRUBBED, text)
    text = _NAMED.sub(rf"\1{SCRUBBED}", text)
    return without_card_numbers(text, instead=SCRUBBED)


def _scrubbed_field(name: Any, value: Any, depth: int = 0) -> Any:
    if value in (None, "") or isinstance(value, bool):
        return value
    if isinstance(name, str) and _SECRET_NAME.search(name):
        return SCRUBBED
    return _scrubbed(value, depth)


def _scrubbed(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return scrubbed_text(value)
    if isinstance(value, int | float):
        is_card = abs(value) >= _SHORTEST_CARD and scrubbed_text(str(value)) != str(value)
        return SCRUBBED if is_card else value
    if depth < _DEEPEST and isinstance(value, Mapping):
        return {key: _scrubbed_field(key, member, depth + 1) for key, member in value.items()}
    if depth < _DEEPEST and isinstance(value, list | tuple):
        return [_scrubbed(member, depth + 1) for member in value]
    return value if value is None else scrubbed_text(repr(value))
