"""Logging somebody out everywhere."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import EndReason, TokenFamily, User
from apps.accounts.services.end_session import end_each
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
    rest = theirs.exclude(public_id=except_family).select_related("person", "store")
    families = rest.locked()
    end_each(families, reason=reason, now=now, by=by)
    return len(families)
