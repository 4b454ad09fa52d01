"""Somebody of the staff looks at what is hidden of a person."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from apps.accounts.events import PersonalDataRevealed
from apps.accounts.models import User
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@transaction.atomic
def reveal_details(
    *, store: Store, person: User, record: str, record_id: UUID, fields: Sequence[str], by: Actor
) -> None:
    """This function will put on record that somebody is shown fields of a record, such as an order
    (public id), that are a person's own. It tells which, and not what they hold."""
    revealed = PersonalDataRevealed(
        aggregate_id=person.public_id, record=record, record_id=record_id, fields=list(fields)
    )
    events.publish(revealed, store=store, by=by)
