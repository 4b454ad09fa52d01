"""A password that staff give somebody."""

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services.save_password import save_password
from apps.events.actors import Actor


@transaction.atomic
def set_password(*, person: User, password: str, by: Actor) -> User:
    """This function will replace somebody's password, and end their sessions.

    Raises:
        UnacceptablePassword: the password breaks the rules.
    """
    (current,) = User.objects.filter(pk=person.pk).select_related("store").locked()
    save_password(person=current, password=password, how="staff", by=by)
    return current
