"""Changing what a store knows about somebody."""

from django.db import transaction

from apps.accounts.events import CustomerUpdated
from apps.accounts.models import User
from apps.events import services as events
from apps.events.actors import Actor


@transaction.atomic
def update_person(
    *, person: User, full_name: str, by: Actor, expected_version: int | None = None
) -> User:
    """This function will change a person's name.

    Raises:
        PersonErased: they were forgotten meanwhile.
        PreconditionFailed: somebody else has changed the person since `expected_version`.
    """
    (current,) = User.objects.filter(pk=person.pk).locked()
    current.require_known()
    current.require_version(expected_version)
    current.full_name = full_name
    current.save(update_fields=["full_name"])
    events.publish(CustomerUpdated(aggregate_id=current.public_id), store=current.store, by=by)
    return current
