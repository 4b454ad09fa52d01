"""Here is your way back in."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import OneTimeToken, User
from apps.accounts.services.mail_token import mail_token
from apps.core.transactions import forbids_transaction
from apps.mail.models import SentMail

_RESET_PASSWORD = OneTimeToken.Purpose.RESET_PASSWORD


@forbids_transaction
def mail_password_reset(*, request_id: UUID, key: UUID) -> SentMail | None:
    """This function will answer a request (public id of its token) with a mail.

    `None` when nobody active has the address, the link has expired, or the person was written to
    often enough within the hour.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    now = timezone.now()
    token = _look_up(request_id, now=now)
    if token is None or token.person is None:
        return None
    return mail_token(token=token, person=token.person, happened_at=token.created_at, key=key)


@transaction.atomic
def _look_up(request_id: UUID, *, now: datetime) -> OneTimeToken | None:
    """Whose address it is. It is forgotten then, whether it is anybody's or not."""
    tokens = OneTimeToken.objects.select_related("store", "person")
    for token in tokens.filter(public_id=request_id).locked():
        if not token.is_open(now=now):
            return None
        if token.address:
            token.person = _who_may(token, now=now)
            token.address = ""
            token.save(update_fields=["person", "address"])
        return token
    return None


def _who_may(token: OneTimeToken, *, now: datetime) -> User | None:
    person = User.objects.with_email(store=token.store, email=token.address)
    if person is None or not person.is_active:
        return None
    User.objects.filter(pk=person.pk).locked()
    lately = OneTimeToken.objects.filter(
        person=person, purpose=_RESET_PASSWORD, created_at__gt=now - timedelta(hours=1)
    )
    return person if lately.count() < settings.ACCOUNT_MAILS_AN_HOUR else None
