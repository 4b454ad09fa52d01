"""Who runs the demo shop."""

from datetime import datetime

from apps.accounts.models import User
from apps.interchange.demo.people import PASSWORD, STAFF_EMAIL, STAFF_NAME
from apps.stores.models import Store


def seed_staff(*, store: Store, now: datetime) -> User:
    """This function will return the demo's member of staff, an operator who sees everything.

    When they were made tells when the shop was first seeded.
    """
    known = User.objects.for_store(store).filter(email=STAFF_EMAIL).first()
    return known or User.objects.create_user(
        store=store,
        email=STAFF_EMAIL,
        password=PASSWORD,
        full_name=STAFF_NAME,
        is_staff=True,
        is_superuser=True,
        created_at=now,
    )
