"""Public identifiers: UUID version 7, which sort by the time they were made (RFC 9562)."""

import secrets
import threading
import time
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
