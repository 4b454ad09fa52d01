"""The authenticator works: from now on it is asked for."""

from django.db import transaction

from apps.accounts.errors import SecondFactorKnown
from apps.accounts.events import SecondFactorEnrolled
from apps.accounts.models import SecondFactor, User
from apps.accounts.services.replace_recovery_codes import replace_recovery_codes
from apps.events import services as events
from apps.events.actors import Actor


@transaction.atomic
def confirm_second_factor(*, person: User, begun: str, code: str, by: Actor) -> list[str] | None:
    """This function will put the authenticator to use that was `begun` (public id) and shows the
    right code, and return recovery codes, to be shown this once; `None` when the code is not right,
    which is counted, or another one was begun since.

    Raises:
        SecondFactorKnown: the person has one in use.
    """
    for device in SecondFactor.objects.filter(user=person).locked():
        if device.confirmed:
            raise SecondFactorKnown
        if str(device.public_id) == begun and device.verify_token(code):
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            enrolled = SecondFactorEnrolled(aggregate_id=person.public_id)
            events.publish(enrolled, store=person.store, by=by)
            return replace_recovery_codes(person=person)
    return None
