"""Asking for the mail once more."""

from django.db import transaction

from apps.accounts.errors import EmailVerifiedAlready
from apps.accounts.events import EmailVerificationRequested
from apps.accounts.models import User
from apps.events import services as events
from apps.events.actors import Actor


@transaction.atomic
def request_email_verification(*, person: User, by: Actor) -> None:
    """This function will have the mail sent that verifies a person's address.

    Raises:
        EmailVerifiedAlready: it is verified.
    """
    if person.email_verified_at is not None:
        raise EmailVerifiedAlready
    requested = EmailVerificationRequested(aggregate_id=person.public_id)
    events.publish(requested, store=person.store, by=by)
