"""An import was a mistake: somebody is no customer."""

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services.erase_person import erase_person
from apps.core.retries import retry_conflicts
from apps.events.actors import Actor


@retry_conflicts
@transaction.atomic
def withdraw_person(*, person: User, by: Actor, expected_version: int) -> None:
    """This function will forget a customer so that the right file may bring them anew: their number
    at the other shop is forgotten, too, which otherwise stays.

    Raises:
        PersonHasRoles: they are staff or an operator.
        PreconditionFailed: somebody else has changed the person since `expected_version`.
    """
    report = erase_person(person=person, by=by, expected_version=expected_version)
    report.person.external_id = None
    report.person.save(update_fields=["external_id"])
