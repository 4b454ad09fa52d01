"""Customers of another shop become customers of this one."""

from collections.abc import Sequence

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from apps.accounts.errors import TAKEN
from apps.accounts.events import CustomerImported
from apps.accounts.models import User
from apps.accounts.past import PastPerson
from apps.core.constraints import refined
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@requires_transaction
def import_people(*, store: Store, people: Sequence[PastPerson], by: Actor) -> list[User]:
    """This function will make people customers of a store, who are none yet, in a few statements.

    Nobody writes to them. They have no password: who has an address chooses one like those who have
    forgotten theirs; nobody can be who has none. Returns them in the order given.

    Raises:
        EmailTaken, ExternalIdTaken: the store knows one of them already; nobody was added.
    """
    now = timezone.now()
    added = [
        User(
            store=store,
            email=User.objects.normalize_email(one.email),
            external_id=one.external_id or None,
            full_name=one.full_name,
            metadata=dict(one.metadata) or None,
            is_active=one.is_active,
            password=make_password(None),
            created_at=one.created_at or now,
        )
        for one in people
    ]
    with refined(TAKEN):
        User.objects.bulk_create(added, batch_size=1_000)
    facts = [CustomerImported(aggregate_id=one.public_id) for one in added]
    events.publish(*facts, store=store, by=by)
    return added
