from celery import shared_task
from django.utils import timezone

from apps.payments import services


@shared_task(name="payments.check_payments")
def check_payments() -> int:
    """This function will ask the gateways about payments that nobody has told us of."""
    return services.check_payments(now=timezone.now())


@shared_task(name="payments.check_refunds")
def check_refunds() -> int:
    """This function will ask the gateways about refunds that nobody has told us of."""
    return services.check_refunds(now=timezone.now())


@shared_task(name="payments.apply_parked_events")
def apply_parked_events() -> int:
    """This function will try webhooks again that came before what they are about."""
    return services.apply_parked_events(now=timezone.now())
