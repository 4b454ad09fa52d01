"""The signing keys as a process knows them. Whose key is good is read often, and changes rarely.

What is remembered here are keys, not verdicts: whether a key is trusted still is asked in the same
statement as whose the token is (`TokenFamily.objects.shown`), so that a revoked key is refused at
once by every process.
"""

import threading
import time
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from django.conf import settings
from django.utils import timezone

from apps.accounts import key_pairs
from apps.accounts.models import SigningKey, SigningKeyState

# Whoever invents names of keys has the ring read once in so many seconds, however many they invent.
_PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class Signer:
    """The key that signs now."""

    kid: str
    private: RSAPrivateKey


@dataclass(frozen=True)
class _Ring:
    read_at: float
    keys: dict[str, RSAPublicKey]

    def is_older_than(self, seconds: float) -> bool:
        # An empty one is always old: the first key may be made at this moment.
        return not self.keys or time.monotonic() - self.read_at >= seconds


_reading = threading.Lock()
_ring: _Ring | None = None
_signer: Signer | None = None


def public_keys() -> dict[str, RSAPublicKey]:
    """This function will return the keys whose signatures are good, by name: current, next and
    retiring. A change is seen by every process after `SIGNING_KEY_RING_SECONDS`."""
    return _read_again_after(settings.SIGNING_KEY_RING_SECONDS).keys


def public_key(kid: str) -> RSAPublicKey | None:
    """This function will return a key by name, `None` when there is no such key.

    For a name that it does not know the ring is read again, but not more than once a second.
    """
    return public_keys().get(kid) or _read_again_after(_PAUSE_SECONDS).keys.get(kid)


def signer() -> Signer | None:
    """This function will return the key that signs now, `None` before there was ever one.

    Which one it is is asked each time: to sign with a key that was revoked elsewhere would let
    somebody in only to throw them out. Its private part is decrypted once.
    """
    global _signer  # noqa: PLW0603 - there is one for each process
    current, known = SigningKey.objects.filter(state=SigningKeyState.CURRENT), _signer
    kid = current.values_list("kid", flat=True).first()
    if known is not None and known.kid == kid:
        return known
    found = current.first()
    if found is None or found.private_pem is None:
        return None
    read = Signer(found.kid, key_pairs.read_private(found.private_pem))
    _signer = read
    return read


def forget() -> None:
    """This function will have the ring read again at the next look-up in this process."""
    global _ring, _signer  # noqa: PLW0603
    _ring = _signer = None


def _read_again_after(seconds: float) -> _Ring:
    global _ring  # noqa: PLW0603
    known = _ring
    if known is not None and not known.is_older_than(seconds):
        return known
    with _reading:
        known = _ring
        if known is None or known.is_older_than(seconds):
            # When it was asked, not when it was answered: what came in between is not in it.
            read_at = time.monotonic()
            trusted = SigningKey.objects.trusted(now=timezone.now()).order_by("pk")
            rows = trusted.values_list("kid", "public_pem")
            known = _Ring(read_at, {kid: key_pairs.read_public(pem) for kid, pem in rows})
            _ring = known
        return known
