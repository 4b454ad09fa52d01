"""Writing to those who can do something about it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.accounts.models import User
from apps.core.transactions import forbids_transaction
from apps.events.actors import actor_reference
from apps.mail import services as mail
from apps.stores.models import Store


@forbids_transaction
def mail_staff(*, store: Store, template: str, context: Mapping[str, Any], key: UUID) -> int:
    """This function will mail every active member of a store's staff, once for each key.

    A store without any gets the mail itself, if it has an address. Returns how many there are.

    Raises:
        MailNotSent, MailUnderWay: try again; those who have the mail get no other.
    """
    staff = User.objects.staff_of(store).order_by("pk")
    recipients = {actor_reference(person): person.email for person in staff}
    if not recipients and store.email:
        recipients = {"store": store.email}
    for recipient, address in recipients.items():
        mail.send_mail(
            store=store,
            to=address,
            recipient=recipient,
            template=template,
            context=context,
            key=key,
        )
    return len(recipients)
