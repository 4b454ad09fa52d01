from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from apps.accounts import services


@shared_task(name="accounts.rotate_signing_keys")
def rotate_signing_keys() -> None:
    """This function will have another key sign when the current one has for long enough."""
    days = timedelta(days=settings.SIGNING_KEY_DAYS)
    services.rotate_signing_keys(now=timezone.now(), after=days)


@shared_task(name="accounts.prune_signing_keys")
def prune_signing_keys() -> int:
    """This function will forget keys that nothing is signed with any more."""
    return services.prune_signing_keys(now=timezone.now())


@shared_task(name="accounts.prune_token_families")
def prune_token_families() -> int:
    """This function will forget sessions that have expired."""
    return services.prune_token_families(now=timezone.now())


@shared_task(name="accounts.prune_one_time_tokens")
def prune_one_time_tokens() -> int:
    """This function will forget mailed links that have expired."""
    return services.prune_one_time_tokens(now=timezone.now())


@shared_task(name="accounts.prune_staff_sessions")
def prune_staff_sessions() -> int:
    """This function will forget sessions of the staff site that have expired."""
    return services.prune_staff_sessions(now=timezone.now())
