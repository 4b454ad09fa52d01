"""Another shop on this installation."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from apps.core.constraints import refined
from apps.events import services as events
from apps.events.actors import Actor
from apps.stores import directory
from apps.stores.errors import HostTaken, StoreRefused, StoreSlugTaken
from apps.stores.events import StoreCreated
from apps.stores.models import Store, StoreHost


@transaction.atomic
def create_store(
    *, slug: str, name: str, currency: str, hosts: Sequence[str], by: Actor, **details: Any
) -> Store:
    """This function will open a shop that its hosts lead to.

    `details` are further fields of `Store`. Other processes know the hosts after
    `STORE_DIRECTORY_SECONDS`.

    Raises:
        StoreSlugTaken, HostTaken: another store has it.
        StoreRefused: a value makes no sense, or there is no host: nobody would find the shop.
    """
    if not hosts:
        raise StoreRefused("A store needs a host, or nobody finds it.", errors=[])
    store = Store(slug=slug, name=name, currency=currency, **details)
    _require_sense(store)
    with refined({"stores_store_slug_key": StoreSlugTaken}):
        store.save()
    for host in hosts:
        claim = StoreHost(store=store, host=host)
        _require_sense(claim)
        with refined({"store_host_is_claimed_once": HostTaken}):
            claim.save()
    events.publish(StoreCreated(aggregate_id=store.public_id), store=store, by=by)
    transaction.on_commit(directory.forget)
    return store


def _require_sense(row: models.Model) -> None:
    """Uniqueness is for the database to say."""
    try:
        row.clean_fields()
    except ValidationError as error:
        wrong = [
            {"field": field, "code": "invalid", "detail": " ".join(reasons)}
            for field, reasons in error.message_dict.items()
        ]
        raise StoreRefused(errors=wrong) from error
