"""Public identifiers: UUID version 7, which sort by the time they were made (RFC 9562)."""

import secrets
import threading
import time
from datetime import datetime
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """This function will return a new UUIDv7, above every one this process has made before.

    48 bits of Unix milliseconds, 12 bits of the fraction of a millisecond (method 3 of section 6.2;
    counted up where the clock stands still), 62 random bits.
    """
    global _last  # noqa: PLW0603 - there is one clock
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    with _lock:
        _last = max(_last + 1, milliseconds << 12 | (nanoseconds << 12) // 1_000_000)
        instant = _last
    value = (instant >> 12) << 80 | 0x7 << 76 | (instant & 0xFFF) << 64
    return UUID(int=value | 0b10 << 62 | secrets.randbits(62))


def least_uuid7_at(moment: datetime) -> UUID:
    """This function will return what no UUIDv7 of a moment, or of a later one, is below: where
    looking in the order of time begins."""
    milliseconds = max(0, int(moment.timestamp() * 1000))
    return UUID(int=(milliseconds & (1 << 48) - 1) << 80)


def uuid7_at(moment: datetime) -> UUID:
    """This function will return a UUIDv7 of a moment that has passed, for what was made then and is
    written down now: it sorts among the others where it belongs. Of one millisecond the order is
    left to chance (74 random bits)."""
    milliseconds = int(moment.timestamp() * 1000)
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return UUID(int=value | 0b10 << 62 | secrets.randbits(62))
