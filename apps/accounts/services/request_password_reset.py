"""Having forgotten a password."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from apps.accounts.events import PasswordResetRequested
from apps.accounts.models import OneTimeToken
from apps.events import services as events
from apps.stores.models import Store


@transaction.atomic
def request_password_reset(*, store: Store, email: str, now: datetime) -> None:
    """This function will note that somebody wants a link mailed to an address.

    Whether anybody has that address is looked up later, elsewhere: what happens here is the same
    for each, and takes as long.
    """
    request = OneTimeToken.objects.create(
        store=store,
        purpose=OneTimeToken.Purpose.RESET_PASSWORD,
        address=email,
        expires_at=now + timedelta(minutes=settings.RESET_PASSWORD_MINUTES),
    )
    events.publish(PasswordResetRequested(aggregate_id=request.public_id), store=store)
