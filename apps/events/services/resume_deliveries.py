"""A pipeline that stands still, and somebody who has noticed."""

from django.db import transaction

from apps.events.actors import Actor, Identified
from apps.events.events import DeliveriesResumed
from apps.events.services.publish_events import publish
from apps.events.services.start_task import start_task


def resume_deliveries(*, store: Identified, by: Actor) -> None:
    """This function will have a worker run the relay at once.

    Nothing is lost without it: the relay comes by itself every few seconds, if it runs at all.
    """
    with transaction.atomic():
        publish(DeliveriesResumed(aggregate_id=store.public_id), store=store, by=by)
    start_task(name="events.relay_events")
