"""The record of an import: the one of a run that was interrupted, or a new one."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.events.actors import Actor, actor_reference
from apps.interchange.models import ImportBatch
from apps.stores.models import Store


@transaction.atomic
def open_import(
    *,
    store: Store,
    kind: str,
    format_name: str,
    file_name: str,
    beginning: str,
    by: Actor,
    layout: Mapping[str, Any] | None = None,
) -> ImportBatch:
    """This function will return the unfinished import of a file that begins so, or a new one.

    A file is known by its first bytes. Whoever goes on must see to it that the rest is the same.
    Call it under the store's import lock.
    """
    if beginning:
        same = ImportBatch.objects.for_store(store).unfinished()
        same = same.filter(kind=kind, format=format_name, beginning=beginning)
        for batch in reversed(same.locked()):
            batch.state = ImportBatch.State.RUNNING
            batch.save(update_fields=["state"])
            return batch
    return ImportBatch.objects.create(
        store=store,
        kind=kind,
        format=format_name,
        file_name=file_name[-255:],
        beginning=beginning,
        layout=layout,
        actor=actor_reference(by),
    )
