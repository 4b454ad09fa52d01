"""Remembering who took what out."""

from django.db import transaction

from apps.events import services as events
from apps.events.actors import Actor
from apps.interchange.events import DataExported
from apps.interchange.exporting import Wanted
from apps.stores.models import Store


@transaction.atomic
def record_export(*, store: Store, wanted: Wanted, by: Actor) -> None:
    """This function will announce that somebody exports something, before the first row leaves."""
    exported = DataExported(aggregate_id=store.public_id, what=wanted.kind.value)
    events.publish(exported, store=store, by=by)
