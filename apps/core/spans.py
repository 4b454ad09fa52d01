"""Spans of time, as addresses of the staff site write them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

# Beyond, some time zone has no such time.
_FIRST, _LAST = 1970, 9998
_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, order=True)
class Span:
    """From one whole second on, and before another."""

    since: datetime
    until: datetime

    def __str__(self) -> str:
        ends = (self.since, self.until)
        return "..".join(end.astimezone(UTC).strftime(_FORMAT) for end in ends)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """This function will read what `str` wrote; of anything else it makes nothing."""
        since, _, until = text.partition("..")
        try:
            read = [datetime.strptime(end, _FORMAT).replace(tzinfo=UTC) for end in (since, until)]
        except ValueError:
            return None
        return cls(*read) if all(_FIRST <= end.year <= _LAST for end in read) else None
