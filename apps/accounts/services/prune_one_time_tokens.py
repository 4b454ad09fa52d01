"""Forgetting what proves nothing any more."""

from datetime import datetime, timedelta

from apps.accounts.models import OneTimeToken

_KEPT = timedelta(days=1)


def prune_one_time_tokens(*, now: datetime) -> int:
    """This function will delete tokens that expired a day ago; it returns how many."""
    deleted, _ = OneTimeToken.objects.filter(expires_at__lte=now - _KEPT).delete()
    return deleted
