"""Setting up an authenticator."""

from django.db import transaction

from apps.accounts.errors import SecondFactorKnown
from apps.accounts.models import SecondFactor, User


@transaction.atomic
def start_second_factor(*, person: User, begun: str = "") -> SecondFactor:
    """This function will return the authenticator that a person is about to set up.

    It is the same one until it is confirmed, however often the page is opened, to who names it as
    `begun` (public id); nobody else is shown its secret. For another session there is another one,
    in its place: whoever was in before must not know the secret that the owner confirms.

    Raises:
        SecondFactorKnown: the person has one, or is setting one up elsewhere at this moment.
    """
    for device in SecondFactor.objects.filter(user=person).locked():
        if device.confirmed:
            raise SecondFactorKnown
        if str(device.public_id) == begun:
            return device
        device.delete()
    device, is_ours = SecondFactor.objects.get_or_create(user=person)
    if not is_ours:
        raise SecondFactorKnown
    return device
