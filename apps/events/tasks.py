from celery import shared_task

from apps.events import services


@shared_task(name="events.relay_events")
def relay_events() -> int:
    """This function will run the relay once."""
    return services.deliver_pending()
