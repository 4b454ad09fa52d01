from celery import shared_task
from django.utils import timezone

from apps.inventory import services


@shared_task(name="inventory.sweep_reservations")
def sweep_reservations() -> int:
    """This function will give back what nobody paid for in time."""
    return services.sweep_expired_reservations(now=timezone.now())
