"""Public identifiers: UUID version 7, which sort by the time they were made (RFC 9562, 5.7)."""

import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """This function will return a new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76
    value |= secrets.randbits(12) << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return UUID(int=value)
