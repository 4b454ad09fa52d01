"""Was it you?"""

from datetime import datetime
from uuid import UUID

from apps.accounts.models import User
from apps.accounts.services.mail_person import mail_person
from apps.core.transactions import forbids_transaction
from apps.mail.models import SentMail


@forbids_transaction
def mail_password_changed(*, person_id: UUID, changed_at: datetime, key: UUID) -> SentMail | None:
    """This function will tell a person (public id) that their password was changed.

    Raises:
        MailNotSent, MailUnderWay: try again.
    """
    person = User.objects.select_related("store").filter(public_id=person_id).first()
    if person is None or not person.is_active:
        return None
    return mail_person(
        store=person.store,
        person=person,
        template="accounts/password_changed",
        context={"changed_at": changed_at},
        happened_at=changed_at,
        key=key,
    )
