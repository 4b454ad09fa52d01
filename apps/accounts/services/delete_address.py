"""Forgetting an address."""

from uuid import UUID

from django.db import transaction

from apps.accounts.errors import AddressNotFound
from apps.accounts.events import AddressDeleted
from apps.accounts.models import Address, User
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@transaction.atomic
def delete_address(
    *,
    store: Store,
    owner: User,
    address_id: UUID,
    by: Actor,
    expected_version: int | None = None,
) -> None:
    """This function will delete an address for good: it is personal data, and orders have a copy.

    Raises:
        AddressNotFound: it is not in this person's book.
        PreconditionFailed: it was changed since `expected_version`.
    """
    rows = Address.objects.for_store(store).filter(owner=owner, public_id=address_id).locked()
    if not rows:
        raise AddressNotFound
    rows[0].require_version(expected_version)
    rows[0].delete()
    deleted = AddressDeleted(aggregate_id=address_id, customer_id=owner.public_id)
    events.publish(deleted, store=store, by=by)
