"""Who was first with a key."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from django.conf import settings
from django.db import connection

from apps.core.locking import LockingQuerySet
from apps.core.transactions import requires_transaction
from apps.idempotency.errors import IdempotencyKeyReused, RequestInProgress
from apps.idempotency.models import IdempotencyKey

# The advisory lock makes a second request notice the first one instead of waiting for its unique
# index entry; it is tried only here, and goes with the transaction.
_CLAIM = """
INSERT INTO idempotency_idempotencykey
    (store, caller, key, fingerprint, headers, body, held_until, created_at)
SELECT %(store)s, %(caller)s, %(key)s, %(fingerprint)s, '{}', '', %(held_until)s, %(now)s
WHERE pg_try_advisory_xact_lock(%(lock)s)
ON CONFLICT (store, caller, key) DO NOTHING
RETURNING id
"""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A key within its scope, and the request it stands for."""

    store: UUID
    caller: str
    key: str
    fingerprint: str

    @property
    def lock(self) -> int:
        """The advisory lock of this key: 64 bits, signed."""
        scope = f"{self.store}\n{self.caller}\n{self.key}".encode()
        return int.from_bytes(blake2b(scope, digest_size=8).digest(), signed=True)

    @property
    def rows(self) -> LockingQuerySet[IdempotencyKey]:
        """The row of this key, if it was used before."""
        return IdempotencyKey.objects.filter(store=self.store, caller=self.caller, key=self.key)


@requires_transaction
def claim_key(
    *, claim: Claim, now: datetime, held_until: datetime | None = None
) -> IdempotencyKey | None:
    """This function will take the key for this request, or return the row with its answer.

    `None` means the key is ours and the effect is to be made. `held_until` is for effects of
    several transactions: a key whose holder died is free again then.

    Raises:
        IdempotencyKeyReused: the key was used with another request body or route.
        RequestInProgress: the first request with it is still running.
    """
    if _insert(claim, now=now, held_until=held_until):
        return None
    existing = next(iter(claim.rows.locked()), None)
    if existing is None:
        raise RequestInProgress
    if existing.created_at <= now - timedelta(hours=settings.IDEMPOTENCY_HOURS):
        existing.delete()
        if not _insert(claim, now=now, held_until=held_until):
            raise RequestInProgress
        return None
    if existing.fingerprint != claim.fingerprint:
        raise IdempotencyKeyReused
    if existing.is_answered:
        return existing
    _take_over(existing, now=now, held_until=held_until)
    return None


def _take_over(existing: IdempotencyKey, *, now: datetime, held_until: datetime | None) -> None:
    if existing.held_until is not None and existing.held_until > now:
        raise RequestInProgress(retry_after=2)
    existing.held_until = held_until
    existing.save(update_fields=["held_until"])


def _insert(claim: Claim, *, now: datetime, held_until: datetime | None) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "store": claim.store,
                "caller": claim.caller,
                "key": claim.key,
                "fingerprint": claim.fingerprint,
                "held_until": held_until,
                "now": now,
                "lock": claim.lock,
            },
        )
        return cursor.fetchone() is not None
