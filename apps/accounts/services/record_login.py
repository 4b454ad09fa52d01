"""Putting a log-in on record."""

from uuid import UUID

from django.db import transaction

from apps.accounts.events import CustomerLoggedIn, StaffLoggedIn
from apps.accounts.models import User
from apps.events import services as events


@transaction.atomic
def record_login(*, person: User, method: str, session_id: UUID | None = None) -> None:
    """This function will publish that somebody has logged in, and how.

    `session_id` is the token family's; the staff site has none.
    """
    is_staff = person.is_superuser or bool(person.roles)
    happened = StaffLoggedIn if is_staff else CustomerLoggedIn
    logged_in = happened(aggregate_id=person.public_id, method=method, session_id=session_id)
    events.publish(logged_in, store=person.here, by=person)
