"""Forgetting who was logged in at the staff site."""

from datetime import datetime

from django.contrib.sessions.models import Session


def prune_staff_sessions(*, now: datetime) -> int:
    """This function will delete the staff site's sessions that have expired, and return how many
    there were."""
    deleted, _ = Session.objects.filter(expire_date__lte=now).delete()
    return deleted
