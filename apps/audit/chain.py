"""What makes a record tamper-evident: an exact text of all of it, and a seal that needs a key."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

# What the first record follows.
NOTHING_BEFORE = "0" * 64
_FORMAT = "tradepost-audit-1"


class Sealable(Protocol):
    """A record, sealed or about to be."""

    sequence: int
    previous_hash: str
    event_id: UUID
    position: int
    occurred_at: datetime
    recorded_at: datetime
    store: UUID
    actor: str
    actor_role: str
    origin_index: str
    request_id: str
    name: str
    aggregate_type: str
    aggregate_id: UUID
    content: str


def as_text(value: Any) -> str:
    """This function will write a JSON value in one way only: keys sorted, no blanks, ASCII."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def canonical(record: Sealable) -> str:
    """This function will return the text that is sealed: a JSON array of the format's name and
    every field, in this order. Times are in UTC to the microsecond; `content` is text within it."""
    return as_text(
        [
            _FORMAT,
            record.sequence,
            record.previous_hash,
            str(record.event_id),
            record.position,
            _moment(record.occurred_at),
            _moment(record.recorded_at),
            str(record.store),
            record.actor,
            record.actor_role,
            record.origin_index,
            record.request_id,
            record.name,
            record.aggregate_type,
            str(record.aggregate_id),
            record.content,
        ]
    )


def seal(record: Sealable) -> str:
    """This function will return a record's hash: HMAC-SHA256 (RFC 2104) under `AUDIT_KEY`.

    It covers the hash of the record before, so whoever changes one has to seal all that follow.
    """
    message = canonical(record).encode("ascii")
    return hmac.new(settings.AUDIT_KEY.encode(), message, hashlib.sha256).hexdigest()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
