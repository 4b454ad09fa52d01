"""Mailing what proves something once."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from apps.accounts.models import OneTimeToken, User
from apps.accounts.services.mail_person import mail_person
from apps.core.transactions import forbids_transaction
from apps.mail.models import SentMail


@forbids_transaction
def mail_token(
    *, token: OneTimeToken, person: User, happened_at: datetime, key: UUID
) -> SentMail | None:
    """This function will mail a token to its person, as a link where the shop front has a page.

    Here its secret is made; it goes into the mail and nowhere else.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    secret = token.written_for(person)
    page = settings.ACCOUNT_LINKS[token.purpose]
    return mail_person(
        store=token.store,
        person=person,
        template=f"accounts/{token.purpose}",
        context={
            "token": secret,
            "link": page.format(token=secret, store=token.store.slug),
            "expires_at": token.expires_at,
        },
        happened_at=happened_at,
        key=key,
    )
