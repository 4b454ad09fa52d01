"""Forgetting somebody."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.accounts.data_registry import Erasure, Kept, sections
from apps.accounts.errors import PersonHasRoles
from apps.accounts.events import CustomerErased
from apps.accounts.models import User
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor


@dataclass(frozen=True, kw_only=True)
class ErasureReport:
    """What stays of a person, and why. Everything else is gone."""

    person: User
    erased_at: datetime
    kept: list[Kept]


@retry_conflicts
@transaction.atomic
def erase_person(*, person: User, by: Actor, expected_version: int | None = None) -> ErasureReport:
    """This function will forget a customer, in all apps and in one transaction.

    What the law or a contract demands stays, and is reported. Who is forgotten already may be
    forgotten again: then it takes what was kept for a reason that has passed, and what a request
    wrote that was under way the first time. The address is free to be registered anew.

    Raises:
        PersonHasRoles: they are staff or an operator; their roles are to be withdrawn first.
        PreconditionFailed: somebody else has changed the person since `expected_version`.
    """
    (current,) = User.objects.filter(pk=person.pk).select_related("store").locked()
    current.require_version(expected_version)
    if current.is_superuser or current.memberships.exists():
        raise PersonHasRoles
    was_known = current.erased_at is None
    erasure = Erasure(person=current, by=by, now=timezone.now())
    # Rows are locked from the top down: orders before what accounts holds.
    kept = [one for section in reversed(sections()) for one in section.forget(erasure)]
    if was_known:
        events.publish(CustomerErased(aggregate_id=current.public_id), store=current.store, by=by)
    return ErasureReport(
        person=current, erased_at=current.erased_at or erasure.now, kept=list(reversed(kept))
    )
