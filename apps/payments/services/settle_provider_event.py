"""Webhooks that are about another system of the same account."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from apps.events import services as events
from apps.events.actors import Actor
from apps.payments.errors import NothingToSettle
from apps.payments.events import ProviderEventIgnored
from apps.payments.models import ProviderEvent
from apps.stores.models import Store


@transaction.atomic
def settle_provider_event(*, store: Store, event_id: UUID, by: Actor) -> None:
    """This function will pass over a provider event (public id) that has found no payment.

    `store` is where somebody has looked: most such events belong to none.

    Raises:
        NothingToSettle: it has taken effect meanwhile, or was passed over before.
    """
    without_effect = [ProviderEvent.State.UNMATCHED, ProviderEvent.State.PARKED]
    here = ProviderEvent.objects.filter(Q(store=store) | Q(store=None))
    for event in here.filter(public_id=event_id, state__in=without_effect).locked():
        event.ignore()
        ignored = ProviderEventIgnored(aggregate_id=event.public_id)
        events.publish(ignored, store=store, by=by)
        return
    raise NothingToSettle
