"""Is this address yours?"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import OneTimeToken, User
from apps.accounts.services.mail_token import mail_token
from apps.core.transactions import forbids_transaction
from apps.mail.models import SentMail

_VERIFY_EMAIL = OneTimeToken.Purpose.VERIFY_EMAIL


@forbids_transaction
def mail_email_verification(
    *, person_id: UUID, key: UUID, asked_at: datetime | None = None
) -> SentMail | None:
    """This function will ask a person (public id) to verify their address.

    `asked_at` is when the mail was asked for; without it, when the person came. `None` when there
    is nothing to verify any more, or the person was written to often enough within the hour.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    now = timezone.now()
    person = User.objects.select_related("store").filter(public_id=person_id).first()
    if person is None or not person.is_active or person.email_verified_at is not None:
        return None
    token = _ensure_token(person, key=key, now=now)
    if token is None or not token.is_open(now=now):
        return None
    return mail_token(
        token=token, person=person, happened_at=asked_at or person.created_at, key=key
    )


@transaction.atomic
def _ensure_token(person: User, *, key: UUID, now: datetime) -> OneTimeToken | None:
    """One token for each mail, however often the mail is tried: its id is the mail's key."""
    User.objects.filter(pk=person.pk).locked()
    mine = OneTimeToken.objects.filter(person=person, purpose=_VERIFY_EMAIL)
    if known := mine.filter(public_id=key).first():
        return known
    lately = mine.filter(created_at__gt=now - timedelta(hours=1))
    if lately.count() >= settings.ACCOUNT_MAILS_AN_HOUR:
        return None
    return OneTimeToken.objects.create(
        public_id=key,
        store=person.store,
        purpose=_VERIFY_EMAIL,
        person=person,
        expires_at=now + timedelta(hours=settings.VERIFY_EMAIL_HOURS),
    )
