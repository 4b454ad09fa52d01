"""Forgetting keys that nothing is signed with any more."""

from datetime import datetime

from apps.accounts.models import SigningKey


def prune_signing_keys(*, now: datetime) -> int:
    """This function will delete the keys whose last token has expired; it returns how many.

    That they were is in the outbox, under `signing_key.rotated` and `signing_key.revoked`.
    """
    deleted, _ = SigningKey.objects.filter(kept_until__lte=now).delete()
    return deleted
