"""The address is the person's own."""

from datetime import datetime

from apps.accounts.events import EmailVerified
from apps.accounts.models import User
from apps.core.transactions import requires_transaction
from apps.events import services as events


@requires_transaction
def mark_email_verified(*, person: User, now: datetime) -> None:
    """This function will note it, the first time. The caller has locked the person."""
    if person.email_verified_at is None:
        person.email_verified_at = now
        person.save(update_fields=["email_verified_at"])
        verified = EmailVerified(aggregate_id=person.public_id)
        events.publish(verified, store=person.store, by=person)
