"""The one way a password is replaced."""

from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.accounts.errors import UnacceptablePassword
from apps.accounts.events import PasswordChanged
from apps.accounts.models import EndReason, User
from apps.accounts.services.end_sessions import end_sessions
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor


@requires_transaction
def save_password(
    *, person: User, password: str, how: str, by: Actor, except_family: UUID | None = None
) -> None:
    """This function will set a password that follows the rules, tell of it, and end the person's
    sessions but `except_family`. The caller has locked the person.

    With the old hash go the links that were mailed to replace it.

    Raises:
        UnacceptablePassword: the password breaks the rules.
    """
    try:
        validate_password(password, user=person)
    except ValidationError as reasons:
        raise UnacceptablePassword(reasons) from reasons
    person.set_password(password)
    person.save(update_fields=["password"])
    changed = PasswordChanged(aggregate_id=person.public_id, how=how)
    events.publish(changed, store=person.store, by=by)
    reason = EndReason.PASSWORD_RESET if how == "reset" else EndReason.PASSWORD_CHANGED
    end_sessions(person=person, reason=reason, except_family=except_family, by=by)
