"""Forgetting old answers."""

from datetime import datetime, timedelta

from django.conf import settings

from apps.idempotency.models import IdempotencyKey


def prune_keys(*, now: datetime) -> int:
    """This function will delete the keys older than `IDEMPOTENCY_HOURS`; it returns how many."""
    oldest = now - timedelta(hours=settings.IDEMPOTENCY_HOURS)
    deleted, _ = IdempotencyKey.objects.filter(created_at__lte=oldest).delete()
    return deleted
