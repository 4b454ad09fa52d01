"""When a delivery is tried again."""

from datetime import timedelta

from django.conf import settings

from apps.core.backoff import backoff

_FIRST = timedelta(seconds=1)
_LONGEST = timedelta(hours=1)


def pause_after(attempts: int) -> timedelta:
    """This function will return how long to wait after so many failed attempts."""
    return backoff(attempts, first=_FIRST, longest=_LONGEST)


def lease_of() -> timedelta:
    """This function will return how long an external subscriber may take before it is taken for
    dead and called again."""
    return timedelta(seconds=settings.EVENTS_LEASE_SECONDS)
