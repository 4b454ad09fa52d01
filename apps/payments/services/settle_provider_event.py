"""Webhooks that are about another system of the same account."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from apps.events import services as events
from apps.events.actors import Actor, actor_role
from apps.payments.errors import NothingToSettle, OperatorsOnly
from apps.payments.events import ProviderEventIgnored
from apps.payments.models import ProviderEvent
from apps.stores.models import Store


@transaction.atomic
def settle_provider_event(*, store: Store, event_id: UUID, by: Actor) -> None:
    """This function will pass over a provider event (public id) that has found no payment.

    `store` is where somebody has looked. Most such events belong to none: what one shop took for
    a stranger's may be of another, so about those an operator decides.

    Raises:
        OperatorsOnly: it belongs to no store.
        NothingToSettle: it has taken effect meanwhile, or was passed over before.
    """
    without_effect = [ProviderEvent.State.UNMATCHED, ProviderEvent.State.PARKED]
    here = ProviderEvent.objects.filter(Q(store=store) | Q(store=None))
    for event in here.filter(public_id=event_id, state__in=without_effect).locked():
        if event.store_id is None and actor_role(by) != "operator":
            raise OperatorsOnly
        event.ignore()
        ignored = ProviderEventIgnored(aggregate_id=event.public_id)
        events.publish(ignored, store=store, by=by)
        return
    raise NothingToSettle
