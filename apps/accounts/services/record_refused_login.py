"""Somebody is not let in."""

from django.db import transaction

from apps.accounts.events import StaffLogInRefused
from apps.accounts.models import User
from apps.events import services as events
from apps.stores.models import Store


@transaction.atomic
def record_refused_login(*, store: Store, email: str, method: str) -> None:
    """This function will put it on record that somebody could not show to be the member of staff
    who has an address. Of other addresses there is nothing to say."""
    person = User.objects.with_email(store=store, email=email)
    if person is not None and person.is_staff:
        refused = StaffLogInRefused(aggregate_id=person.public_id, method=method)
        events.publish(refused, store=store)
