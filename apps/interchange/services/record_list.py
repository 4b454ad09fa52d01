"""Remembering who took along which list."""

from django.db import transaction

from apps.events import services as events
from apps.events.actors import Actor
from apps.interchange.events import ListExported
from apps.interchange.exporting import Kind
from apps.stores.models import Store


@transaction.atomic
def record_list(*, store: Store, kind: Kind, count: int, by: Actor) -> None:
    """This function will announce that somebody takes along so many rows of a narrowed list."""
    exported = ListExported(aggregate_id=store.public_id, what=kind.value, count=count)
    events.publish(exported, store=store, by=by)
