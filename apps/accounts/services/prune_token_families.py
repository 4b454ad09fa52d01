"""Forgetting log-ins."""

from datetime import datetime, timedelta

from apps.accounts.models import TokenFamily

_KEPT = timedelta(days=1)  # so that staff can see what has just expired
_BATCH = 1000


def prune_token_families(*, now: datetime) -> int:
    """This function will delete the sessions that expired more than a day ago, ended or not.

    Their tokens have expired, so nothing is refused or accepted that was not before. It goes in
    batches, and returns how many there were.
    """
    expired = TokenFamily.objects.filter(expires_at__lte=now - _KEPT).order_by("expires_at")
    deleted = 0
    while chosen := list(expired.values_list("pk", flat=True)[:_BATCH]):
        count, _ = TokenFamily.objects.filter(pk__in=chosen).delete()
        deleted += count
    return deleted
