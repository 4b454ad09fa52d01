"""Trying webhooks again that had been given up."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from apps.events import services as events
from apps.events.actors import Actor
from apps.payments.events import ProviderEventRevived
from apps.payments.models import ProviderEvent
from apps.stores.models import Store


@transaction.atomic
def retry_provider_events(
    *, event_ids: Collection[int], store: Store, by: Actor, now: datetime
) -> int:
    """This function will have provider events that found no payment tried again at once.

    `store` is where somebody wants that: most such events belong to none. Others among `event_ids`
    (primary keys) took effect, and are left as they are. Returns how many will be tried.
    """
    without_effect = [ProviderEvent.State.UNMATCHED, ProviderEvent.State.PARKED]
    here = ProviderEvent.objects.filter(Q(store=store) | Q(store=None))
    rows = here.filter(pk__in=event_ids, state__in=without_effect).locked()
    for event in rows:
        event.revive(now=now)
    facts = [ProviderEventRevived(aggregate_id=event.public_id) for event in rows]
    events.publish(*facts, store=store, by=by)
    return len(rows)
