"""New recovery codes, before the last one is used."""

from django.db import transaction

from apps.accounts.events import RecoveryCodesIssued
from apps.accounts.models import SecondFactor, User
from apps.accounts.services.replace_recovery_codes import replace_recovery_codes
from apps.events import services as events
from apps.events.actors import Actor


@transaction.atomic
def issue_recovery_codes(*, person: User, code: str, by: Actor) -> list[str] | None:
    """This function will return new recovery codes, to be shown this once, to who shows a code of
    the authenticator; `None` when it is not right, which is counted."""
    for device in SecondFactor.objects.in_use_by(person).locked():
        if device.verify_token(code):
            issued = RecoveryCodesIssued(aggregate_id=person.public_id)
            events.publish(issued, store=person.store, by=by)
            return replace_recovery_codes(person=person)
    return None
