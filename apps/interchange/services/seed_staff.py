"""Who runs the demo shop."""

from datetime import datetime

from django.db import transaction

from apps.accounts.events import CustomerRegistered
from apps.accounts.models import User
from apps.events import services as events
from apps.interchange.demo.people import PASSWORD, STAFF_EMAIL, STAFF_NAME
from apps.stores.models import Store


@transaction.atomic
def seed_staff(*, store: Store, now: datetime) -> User:
    """This function will return the demo's member of staff, an operator who sees everything.

    When they were made tells when the shop was first seeded.
    """
    known = User.objects.for_store(store).filter(email=STAFF_EMAIL).first()
    if known is not None:
        return known
    staff = User.objects.create_user(
        store=store,
        email=STAFF_EMAIL,
        password=PASSWORD,
        full_name=STAFF_NAME,
        is_staff=True,
        is_superuser=True,
        created_at=now,
    )
    events.publish(CustomerRegistered(aggregate_id=staff.public_id), store=store, by=None)
    return staff
