from uuid import UUID

from celery import shared_task

from apps.events import services


@shared_task(name="events.relay_events", soft_time_limit=60, time_limit=75)
def relay_events() -> None:
    """This function will run the relay once."""
    services.relay_events()


# Within EVENTS_LEASE_SECONDS: an attempt has ended, one way or another, before the next begins.
@shared_task(name="events.deliver", soft_time_limit=80, time_limit=100)
def deliver(delivery_id: str) -> None:
    """This function will run one delivery."""
    services.deliver_event(delivery_id=UUID(delivery_id))
