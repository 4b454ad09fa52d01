"""Handing a mail to the mail server, once."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any
from uuid import UUID, uuid5

import structlog
from django.core.mail import EmailAttachment, EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.mail.addresses import can_be_mailed, domain_of, sender_of
from apps.mail.errors import MailNotSent
from apps.mail.letters import compose
from apps.mail.models import SentMail
from apps.stores.models import Store

log = structlog.get_logger(__name__)

_SENDING, _SENT, _FAILED = SentMail.State.SENDING, SentMail.State.SENT, SentMail.State.FAILED
# Above a talk of ten answers that each come at the last moment (`EMAIL_TIMEOUT`); below the lease
# of a delivery, so that its next attempt finds the mail free.
_LEASE = timedelta(seconds=110)
_REFUSED_FOR_GOOD = 500


@forbids_transaction
def send_mail(
    *,
    store: Store,
    to: str,
    recipient: str,
    template: str,
    context: Mapping[str, Any],
    key: UUID,
    attachments: Sequence[EmailAttachment] = (),
) -> SentMail:
    """This function will mail a rendered template to an address, once for `key` and `recipient`.

    `recipient` stands for the address in the send log: "user:<public id>", or "store". A mail that
    was sent is never sent again. One whose process died between the mail server's yes and the mark
    in the log is: there is no knowing. It carries the same Message-ID then. An address that cannot
    be one, or that the mail server refuses for good, is recorded as failed and not tried again.

    Raises:
        MailUnderWay: somebody else is sending it at this moment.
        MailNotSent: the mail server is away, or wants it later.
        TemplateDoesNotExist: there is no such template.
    """
    sender = sender_of(store)
    mail = _claim(store=store, key=key, recipient=recipient, template=template, sender=sender)
    if mail.state != _SENDING:
        return mail
    try:
        if not can_be_mailed(to):
            return _fail(mail, "not an address")
        letter = compose(store=store, template=template, context=context)
        message = EmailMultiAlternatives(
            letter.subject, letter.text, from_email=sender, to=[to], headers=_headers(mail)
        )
        message.attach_alternative(letter.html, "text/html")
        for attachment in attachments:
            message.attach(*attachment)
        return _hand_over(mail, message)
    except BaseException as error:
        _record(mail, leased_until=None, failure=_told_of(error))
        raise


@transaction.atomic
def _claim(*, store: Store, key: UUID, recipient: str, template: str, sender: str) -> SentMail:
    name = uuid5(key, recipient)
    fresh = SentMail(
        store=store,
        key=key,
        recipient=recipient,
        template=template,
        message_id=f"<{name}@{domain_of(sender)}>",
    )
    SentMail.objects.bulk_create([fresh], ignore_conflicts=True)
    (mail,) = SentMail.objects.filter(key=key, recipient=recipient).locked()
    if mail.state == _SENDING:
        now = timezone.now()
        mail.lease(now=now, until=now + _LEASE)
    return mail


def _headers(mail: SentMail) -> dict[str, str]:
    # RFC 3834: so that nobody's holiday notice answers a machine.
    return {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}


def _hand_over(mail: SentMail, message: EmailMultiAlternatives) -> SentMail:
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        if all(code >= _REFUSED_FOR_GOOD for code, _ in error.recipients.values()):
            return _fail(mail, _told_of(error))
        raise MailNotSent(_told_of(error)) from None
    except OSError as error:
        # What the server said may hold the address, and would be kept with the delivery.
        raise MailNotSent(_told_of(error)) from None
    return _record(mail, state=_SENT, sent_at=timezone.now(), leased_until=None, failure="")


def _fail(mail: SentMail, failure: str) -> SentMail:
    log.warning("mail_failed", template=mail.template, recipient=mail.recipient, failure=failure)
    return _record(mail, state=_FAILED, leased_until=None, failure=failure)


def _record(mail: SentMail, **columns: Any) -> SentMail:
    """Whoever comes late, after a lease that ran out, does not take back what another has done."""
    SentMail.objects.filter(pk=mail.pk, state=_SENDING).update(**columns)
    mail.refresh_from_db()
    return mail


def _told_of(error: BaseException) -> str:
    """What went wrong, without what others have said of it."""
    match error:
        case MailNotSent():
            return error.detail
        case SMTPRecipientsRefused():
            codes = sorted({code for code, _ in error.recipients.values()})
            return f"SMTPRecipientsRefused {codes}"
        case SMTPResponseException():
            return f"{type(error).__name__} {error.smtp_code}"
        case OSError(errno=int() as number):
            return f"{type(error).__name__} {number}"
    return type(error).__name__
