"""Logging somebody out of one place."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.events import SessionEnded
from apps.accounts.models import EndReason, TokenFamily
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor


@transaction.atomic
def end_session(*, family_id: UUID, reason: EndReason, by: Actor = None) -> bool:
    """This function will end one session, and tell whether it was one still.

    All its access and refresh tokens are refused from the commit on.
    """
    now = timezone.now()
    open_ones = TokenFamily.objects.live(now=now).filter(public_id=family_id)
    families = open_ones.select_related("person", "store").locked()
    end_each(families, reason=reason, now=now, by=by)
    return bool(families)


@requires_transaction
def end_each(
    families: Sequence[TokenFamily], *, reason: EndReason, now: datetime, by: Actor
) -> None:
    """This function will end locked families of one store."""
    for family in families:
        family.end(reason=reason, now=now)
    if families:
        ended = [
            SessionEnded(
                aggregate_id=family.public_id,
                customer_id=family.person.public_id,
                reason=reason.value,
            )
            for family in families
        ]
        events.publish(*ended, store=families[0].store, by=by)
