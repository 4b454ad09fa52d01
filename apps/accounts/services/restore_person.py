"""An import was a mistake: a customer is who they were."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.accounts.errors import TAKEN
from apps.accounts.events import CustomerUpdated
from apps.accounts.models import User
from apps.core.constraints import refined
from apps.events import services as events
from apps.events.actors import Actor


@transaction.atomic
def restore_person(
    *, person: User, values: Mapping[str, Any], by: Actor, expected_version: int
) -> User:
    """This function will give a customer back the fields that another shop's file has changed.

    Raises:
        PersonErased: they are forgotten, and stay so.
        PreconditionFailed: somebody else has changed them since `expected_version`.
        EmailTaken, ExternalIdTaken: somebody else has what was theirs.
    """
    (current,) = User.objects.filter(pk=person.pk).select_related("store").locked()
    current.require_known()
    current.require_version(expected_version)
    for name, value in values.items():
        setattr(current, name, value)
    with refined(TAKEN):
        current.save(update_fields=list(values))
    fact = CustomerUpdated(aggregate_id=current.public_id)
    events.publish(fact, store=current.store, by=by)
    return current
