"""Logging somebody out everywhere."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.events import SessionEnded
from apps.accounts.models import EndReason, TokenFamily, User
from apps.events import services as events
from apps.events.actors import Actor


@transaction.atomic
def end_sessions(
    *, person: User, reason: EndReason, except_family: UUID | None = None, by: Actor = None
) -> int:
    """This function will end everything a person is logged in by, and return how many that were.

    All their access and refresh tokens are refused from the commit on. `except_family` is the
    session that they are acting in, if it is to stay: `request.auth.family_id`.
    """
    # Whoever logs in at this moment has done so before, and is found below, or finds the person as
    # they are afterwards (`issue_tokens`).
    User.objects.filter(pk=person.pk).locked()
    now = timezone.now()
    theirs = TokenFamily.objects.live(now=now).filter(person=person)
    families = theirs.exclude(public_id=except_family).locked()
    for family in families:
        family.end(reason=reason, now=now)
    ended = [
        SessionEnded(aggregate_id=one.public_id, customer_id=person.public_id, reason=reason.value)
        for one in families
    ]
    events.publish(*ended, store=person.store, by=by)
    return len(families)
