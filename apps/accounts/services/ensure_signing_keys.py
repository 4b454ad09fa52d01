"""The first key of an installation."""

from django.db import transaction
from django.utils import timezone

from apps.accounts import key_ring
from apps.accounts.key_ring import Signer
from apps.accounts.models import SigningKey, SigningKeyState
from apps.accounts.services.rotate_signing_keys import promote_next


def ensure_signing_keys() -> Signer:
    """This function will return the key that signs now. Where there was never one it makes it.

    However many processes start at once, they make one and get the same.
    """
    signer = key_ring.signer()
    if signer is None:
        _make_first_keys()
        key_ring.forget()
        signer = key_ring.signer()
    if signer is None:
        raise RuntimeError("The signing key that was made is gone.")
    return signer


@transaction.atomic
def _make_first_keys() -> None:
    ring = SigningKey.objects.locked_ring()
    if SigningKeyState.CURRENT not in ring:
        promote_next(ring, now=timezone.now(), by=None)
