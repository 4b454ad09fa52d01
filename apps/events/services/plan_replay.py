"""Looking before a replay."""

from apps.events.models import Delivery, OutboxEventQuerySet
from apps.events.registry import event_name_of
from apps.events.services.replay_deliveries import Replayed


def plan_replay(*, events: OutboxEventQuerySet, subscriber: str) -> Replayed:
    """This function will tell what `replay_deliveries` would do now, and do nothing.

    Raises:
        UnknownSubscriber: the code has none of that name.
    """
    heard = events.filter(name=event_name_of(subscriber))
    existing = Delivery.objects.filter(event__in=heard, subscriber=subscriber)
    return Replayed(
        created=heard.count() - existing.count(),
        repeated=existing.exclude(state=Delivery.State.PENDING).count(),
    )
