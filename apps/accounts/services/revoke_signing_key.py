"""A key that leaked."""

from datetime import datetime

from django.db import transaction

from apps.accounts import key_ring
from apps.accounts.errors import SigningKeyNotFound
from apps.accounts.events import SigningKeyRevoked
from apps.accounts.models import SigningKey, SigningKeyState
from apps.accounts.services.rotate_signing_keys import last_token_expires, promote_next
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


def revoke_signing_key(*, kid: str, now: datetime, by: Actor = None) -> SigningKey:
    """This function will have nothing be good that a key has signed or will be made to sign.

    Every process of ours refuses its tokens from the commit on; other services do when they read
    the published keys again. Whoever was logged in by it logs in again. When it was the current
    key, the next one signs at once; another key is next.

    Raises:
        SigningKeyNotFound: no key of the ring has this name.
    """
    with transaction.atomic():
        key = _revoked(kid, now, by)
    key_ring.forget()
    return key


def _revoked(kid: str, now: datetime, by: Actor) -> SigningKey:
    ring = SigningKey.objects.locked_ring()
    key = next(iter(SigningKey.objects.filter(kid=kid).locked()), None)
    if key is None:
        raise SigningKeyNotFound
    if key.state == SigningKeyState.REVOKED:
        return key
    was = key.state
    key.revoke(kept_until=last_token_expires(now=now))
    revoked = SigningKeyRevoked(aggregate_id=key.public_id, kid=kid)
    events.publish(revoked, store=Store.objects.default(), by=by)
    if was == SigningKeyState.CURRENT:
        promote_next(ring, now=now, by=by)
    elif was == SigningKeyState.NEXT:
        SigningKey.objects.create_next()
    return key
