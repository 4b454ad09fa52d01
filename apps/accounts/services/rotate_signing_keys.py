"""Signing with another key from now on."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from apps.accounts import key_ring
from apps.accounts.events import SigningKeyRotated
from apps.accounts.models import SigningKey, SigningKeyState
from apps.accounts.tokens import RefreshToken
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store

# Beyond the life of the last token: a process that asked for the key just before it was retired.
_MARGIN = timedelta(hours=1)


def rotate_signing_keys(
    *, now: datetime, after: timedelta = timedelta(0), by: Actor = None
) -> SigningKey | None:
    """This function will have the next key sign, retire the current one and make a new next key.

    Nothing happens, and `None` is returned, while the current key has not signed for as long as
    `after`, or while the next one is not known to everybody yet: it is published for
    `SIGNING_KEY_PUBLISHED_SECONDS` before it signs. So it may be called by many at once, or again.
    """
    with transaction.atomic():
        key = _rotated(now, after, by)
    key_ring.forget()
    return key


def last_token_expires(*, now: datetime) -> datetime:
    """This function will return when no token that is signed up to now can be good any more."""
    return now + (RefreshToken.lifetime or timedelta()) + _MARGIN


@requires_transaction
def promote_next(ring: dict[str, SigningKey], *, now: datetime, by: Actor) -> SigningKey:
    """This function will have the next key sign, and make a key that is next. Nothing else is
    current by now."""
    key = ring.get(SigningKeyState.NEXT) or SigningKey.objects.create_next()
    replaced = ring.get(SigningKeyState.CURRENT)
    key.start_signing(now=now)
    SigningKey.objects.create_next()
    rotated = SigningKeyRotated(
        aggregate_id=key.public_id, kid=key.kid, replaced_kid=replaced.kid if replaced else ""
    )
    events.publish(rotated, store=Store.objects.default(), by=by)
    return key


def _rotated(now: datetime, after: timedelta, by: Actor) -> SigningKey | None:
    ring = SigningKey.objects.locked_ring()
    current, coming = ring.get(SigningKeyState.CURRENT), ring.get(SigningKeyState.NEXT)
    if current is None:
        return promote_next(ring, now=now, by=by)
    known_since = now - timedelta(seconds=settings.SIGNING_KEY_PUBLISHED_SECONDS)
    if coming is None:
        SigningKey.objects.create_next()
        return None
    if coming.created_at > known_since:
        return None
    if current.signs_since is not None and current.signs_since > now - after:
        return None
    current.retire(kept_until=last_token_expires(now=now))
    return promote_next(ring, now=now, by=by)
