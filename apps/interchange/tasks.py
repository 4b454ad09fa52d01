from celery import shared_task
from django.utils import timezone

from apps.interchange import services


@shared_task(name="interchange.prune_imports")
def prune_imports() -> int:
    """This function will forget the details of imports that are old."""
    return services.prune_imports(now=timezone.now())


# Below the half hour after which RabbitMQ takes a worker for dead that has not acknowledged.
@shared_task(name="interchange.run_exports", soft_time_limit=1500, time_limit=1560)
def run_exports() -> int:
    """This function will write the exports that wait."""
    return services.run_exports()


# An import goes on where it was, so it may end at any time.
@shared_task(name="interchange.run_imports", soft_time_limit=1500, time_limit=1560)
def run_imports() -> int:
    """This function will look through, import and undo what waits for it."""
    return services.run_imports()


@shared_task(name="interchange.sweep_imports")
def sweep_imports() -> int:
    """This function will remove files that nobody has imported."""
    return services.sweep_imports(now=timezone.now())


@shared_task(name="interchange.sweep_exports")
def sweep_exports() -> int:
    """This function will remove files whose day is over."""
    return services.sweep_exports(now=timezone.now())
