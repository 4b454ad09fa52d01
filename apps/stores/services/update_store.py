"""Changing how a shop works, or what it says of itself."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor
from apps.events.event import changes_between
from apps.stores import directory
from apps.stores.errors import StoreRefused
from apps.stores.events import StoreUpdated
from apps.stores.models import Store

# Not the legal name and address, nor the e-mail: a shop may be a person.
_TOLD = [
    "name", "country", "time_zone", "shipping_amount", "prices_include_tax", "tax_rate",
    "capture_at_shipment", "search_language",
]  # fmt: skip


@retry_conflicts
@transaction.atomic
def update_store(
    *, store: Store, by: Actor, expected_version: int | None = None, **details: Any
) -> Store:
    """This function will change the given fields of a shop. Its slug and its currency stay.

    Raises:
        PreconditionFailed: it has another version than expected.
        StoreRefused: a value makes no sense.
    """
    (row,) = Store.objects.filter(pk=store.pk).locked()
    row.require_version(expected_version)
    before = _settings_of(row)
    changed = sorted(name for name, value in details.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, details[name])
    if changed:
        _require_sense(row, changed)
        row.save()
        changes = changes_between(before, _settings_of(row))
        happened = StoreUpdated(aggregate_id=row.public_id, changed=changed, changes=changes)
        events.publish(happened, store=row, by=by)
        transaction.on_commit(directory.forget)
    return row


def _settings_of(store: Store) -> dict[str, Any]:
    return {
        field.name: field.get_prep_value(getattr(store, field.name))
        for field in Store._meta.concrete_fields
        if field.name in _TOLD
    }


def _require_sense(store: Store, names: list[str]) -> None:
    others = [one.name for one in Store._meta.concrete_fields if one.name not in names]
    try:
        store.clean_fields(exclude=others)
    except ValidationError as error:
        wrong = [
            {"field": field, "code": "invalid", "detail": " ".join(reasons)}
            for field, reasons in error.message_dict.items()
        ]
        raise StoreRefused(errors=wrong) from error
