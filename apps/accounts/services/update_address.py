"""Correcting an address."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.errors import AddressNotFound
from apps.accounts.events import AddressUpdated
from apps.accounts.models import Address, User
from apps.accounts.services.clear_default_address import clear_default_address
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store


@transaction.atomic
def update_address(
    *,
    store: Store,
    owner: User,
    address_id: UUID,
    changes: Mapping[str, Any],
    by: Actor,
    expected_version: int | None = None,
) -> Address:
    """This function will change fields of an address in somebody's own book.

    Raises:
        AddressNotFound: it is not in this person's book.
        PreconditionFailed: it was changed since `expected_version`.
    """
    User.objects.filter(pk=owner.pk).locked()  # one writer at a time in each address book
    rows = Address.objects.for_store(store).filter(owner=owner, public_id=address_id).locked()
    if not rows:
        raise AddressNotFound
    address = rows[0]
    address.require_version(expected_version)
    becomes_default = changes.get("is_default") and not address.is_default
    changed = clear_default_address(owner=owner) if becomes_default else []
    for field, value in changes.items():
        setattr(address, field, value)
    address.save()
    updated = AddressUpdated(aggregate_id=address.public_id, customer_id=owner.public_id)
    events.publish(*changed, updated, store=store, by=by)
    return address
