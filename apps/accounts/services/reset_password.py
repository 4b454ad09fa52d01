"""A new password for one that was forgotten."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import OneTimeToken
from apps.accounts.services.claim_one_time_token import claim_one_time_token
from apps.accounts.services.mark_email_verified import mark_email_verified
from apps.accounts.services.save_password import save_password
from apps.stores.models import Store


@transaction.atomic
def reset_password(*, store: Store, token: str, password: str, now: datetime) -> None:
    """This function will set the password of whoever was mailed a token, and end their sessions.

    The address is verified by that, too. A password that is refused leaves the token as it was.

    Raises:
        InvalidOneTimeToken: it proves nothing, or nothing any more.
        UnacceptablePassword: the password breaks the rules.
    """
    purpose = OneTimeToken.Purpose.RESET_PASSWORD
    person = claim_one_time_token(store=store, token=token, purpose=purpose, now=now)
    save_password(person=person, password=password, how="reset", by=person)
    mark_email_verified(person=person, now=now)
