"""Showing that an address is one's own."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import OneTimeToken
from apps.accounts.services.claim_one_time_token import claim_one_time_token
from apps.accounts.services.mark_email_verified import mark_email_verified
from apps.stores.models import Store


@transaction.atomic
def verify_email(*, store: Store, token: str, now: datetime) -> None:
    """This function will note that mail to the address reaches the person who has it.

    Raises:
        InvalidOneTimeToken: it proves nothing, or nothing any more.
    """
    purpose = OneTimeToken.Purpose.VERIFY_EMAIL
    person = claim_one_time_token(store=store, token=token, purpose=purpose, now=now)
    mark_email_verified(person=person, now=now)
