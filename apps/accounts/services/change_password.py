"""A new password for one that is known."""

from uuid import UUID

from django.db import transaction

from apps.accounts.errors import WrongPassword
from apps.accounts.models import User
from apps.accounts.services.save_password import save_password


@transaction.atomic
def change_password(
    *, person: User, present: str, password: str, except_family: UUID | None = None
) -> User:
    """This function will replace a person's own password, and end their sessions but the one they
    act in (`except_family`).

    Raises:
        WrongPassword: `present` is not it.
        UnacceptablePassword: the new one breaks the rules.
    """
    (current,) = User.objects.filter(pk=person.pk).select_related("store").locked()
    if not current.check_password(present):
        raise WrongPassword
    save_password(
        person=current, password=password, how="change", by=person, except_family=except_family
    )
    return current
