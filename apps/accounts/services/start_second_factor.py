"""Setting up an authenticator."""

from django.db import transaction

from apps.accounts.errors import SecondFactorKnown
from apps.accounts.models import SecondFactor, User


@transaction.atomic
def start_second_factor(*, person: User) -> SecondFactor:
    """This function will return the authenticator that a person is about to set up.

    It is the same one until it is confirmed, however often the page is opened.

    Raises:
        SecondFactorKnown: the person has one.
    """
    device, _ = SecondFactor.objects.get_or_create(user=person)
    if device.confirmed:
        raise SecondFactorKnown
    return device
