"""Writing to somebody about their account."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from apps.accounts.models import User
from apps.core.transactions import forbids_transaction
from apps.events.actors import actor_reference
from apps.mail import services as mail
from apps.mail.models import SentMail
from apps.stores.models import Store


@forbids_transaction
def mail_person(
    *,
    store: Store,
    person: User,
    template: str,
    context: Mapping[str, Any],
    happened_at: datetime,
    key: UUID,
) -> SentMail | None:
    """This function will mail a template to a person, once for each key.

    What happened more than `MAIL_DAYS` ago is not written about, nor is somebody written to whose
    address nobody knows: `None`.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    is_old = happened_at < timezone.now() - timedelta(days=settings.MAIL_DAYS)
    if is_old or not person.email:
        return None
    return mail.send_mail(
        store=store,
        to=person.email,
        recipient=actor_reference(person),
        template=template,
        context={"person": person, **context},
        key=key,
    )
