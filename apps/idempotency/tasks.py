from celery import shared_task
from django.utils import timezone

from apps.idempotency import services


@shared_task(name="idempotency.prune_keys")
def prune_keys() -> int:
    """This function will forget answers that nobody can ask for any more."""
    return services.prune_keys(now=timezone.now())
