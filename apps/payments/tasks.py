from celery import shared_task
from django.utils import timezone

from apps.payments import services


@shared_task(name="payments.resume_stuck_payments")
def resume_stuck_payments() -> int:
    """This function will settle payments whose process died or whose gateway was silent."""
    return services.resume_stuck_payments(now=timezone.now())


@shared_task(name="payments.resume_stuck_refunds")
def resume_stuck_refunds() -> int:
    """This function will settle refunds whose process died or whose gateway was silent."""
    return services.resume_stuck_refunds(now=timezone.now())
