from celery import shared_task
from django.utils import timezone

from apps.interchange import services


@shared_task(name="interchange.prune_imports")
def prune_imports() -> int:
    """This function will forget the details of imports that are old."""
    return services.prune_imports(now=timezone.now())
