"""Trying webhooks again that had been given up."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from apps.payments.models import ProviderEvent


@transaction.atomic
def retry_provider_events(*, event_ids: Collection[int], now: datetime) -> int:
    """This function will have provider events that found no payment tried again at once.

    Others among `event_ids` (primary keys) took effect, and are left as they are. Returns how many
    will be tried.
    """
    without_effect = [ProviderEvent.State.UNMATCHED, ProviderEvent.State.PARKED]
    rows = ProviderEvent.objects.filter(pk__in=event_ids, state__in=without_effect).locked()
    for event in rows:
        event.revive(now=now)
    return len(rows)
