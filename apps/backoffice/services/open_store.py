"""A shop that can be sold from at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.scopes import Role
from apps.events.actors import Actor
from apps.inventory import services as inventory
from apps.stores import services as stores
from apps.stores.models import Store


@dataclass(frozen=True, kw_only=True)
class OpenedStore:
    """A new shop, and who runs it."""

    store: Store
    admin: User | None


@transaction.atomic
def open_store(
    *,
    slug: str,
    name: str,
    currency: str,
    hosts: Sequence[str],
    admin_email: str = "",
    by: Actor,
    **details: Any,
) -> OpenedStore:
    """This function will open a shop with a warehouse, and make somebody known its admin.

    All of it happens, or nothing.

    Raises:
        StoreSlugTaken, HostTaken, StoreRefused: as `stores.create_store`.
        PersonNotFound, PersonAmbiguous: as `accounts.find_person`.
    """
    store = stores.create_store(
        slug=slug, name=name, currency=currency, hosts=hosts, by=by, **details
    )
    inventory.ensure_warehouse(store=store, by=by)
    admin = _admin(admin_email, store, by) if admin_email else None
    return OpenedStore(store=store, admin=admin)


def _admin(email: str, store: Store, by: Actor) -> User:
    person = accounts.find_person(email=email, store=store)
    accounts.grant_role(person=person, store=store, role=Role.ADMIN, by=by)
    return person
