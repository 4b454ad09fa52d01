"""How often something may be done: `10/15m`, ten times in each quarter of an hour."""

import re
from dataclasses import dataclass
from functools import cache

OFF = "off"
_WRITTEN = re.compile(r"([1-9]\d{0,8})/([1-9]\d{0,5})?([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Rate:
    """So many requests in a window of so many seconds."""

    requests: int
    seconds: int


@cache
def read_rate(text: str) -> Rate | None:
    """This function will read `100/60s`, `10/15m` or `5/m`; `None` for `off`.

    Raises:
        ValueError: it is none of these.
    """
    if text == OFF:
        return None
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} is no rate such as 10/15m, and not off")
    requests, count, unit = found.groups()
    return Rate(int(requests), int(count or 1) * _UNITS[unit])
