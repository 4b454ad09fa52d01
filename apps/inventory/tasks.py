from celery import shared_task
from django.utils import timezone

from apps.inventory import services


@shared_task(name="inventory.sweep_reservations")
def sweep_reservations() -> int:
    """This function will give back what nobody paid for in time."""
    return services.sweep_expired_reservations(now=timezone.now())


@shared_task(name="inventory.report_low_stock")
def report_low_stock() -> int:
    """This function will announce what is running out."""
    return services.report_low_stock(now=timezone.now())


@shared_task(name="inventory.sync_availability")
def sync_availability() -> int:
    """This function will make the catalogue show what the warehouses have."""
    return services.sync_all_availability()
