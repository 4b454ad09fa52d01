"""Writing an address into somebody's book."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.accounts.errors import AddressBookFull
from apps.accounts.events import AddressCreated
from apps.accounts.models import Address, User
from apps.accounts.services.clear_default_address import clear_default_address
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores.models import Store

_MOST = 50


@transaction.atomic
def add_address(*, store: Store, owner: User, details: Mapping[str, Any], by: Actor) -> Address:
    """This function will add an address; a new default one takes the place of the former.

    `details` are fields of `Address`, as the person gave them.

    Raises:
        PersonErased: they were forgotten meanwhile.
        AddressBookFull: the person has 50 addresses.
    """
    (owner,) = User.objects.filter(pk=owner.pk).locked()  # one writer at a time in each book
    owner.require_known()
    if owner.addresses.count() >= _MOST:
        raise AddressBookFull(f"At most {_MOST} addresses are kept.", limit=_MOST)
    changed = clear_default_address(owner=owner) if details.get("is_default") else []
    address = Address.objects.create(store=store, owner=owner, **details)
    created = AddressCreated(aggregate_id=address.public_id, customer_id=owner.public_id)
    events.publish(*changed, created, store=store, by=by)
    return address
