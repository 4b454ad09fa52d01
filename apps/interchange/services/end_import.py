"""An import that stopped, and that nobody goes on with."""

from uuid import UUID

from django.db import transaction

from apps.core.errors import NotFound
from apps.events import services as events
from apps.events.actors import Actor
from apps.interchange.errors import ImportHasEnded
from apps.interchange.events import ImportAbandoned
from apps.interchange.import_lock import import_lock
from apps.interchange.models import ImportBatch
from apps.stores.models import Store


def end_import(*, store: Store, import_id: UUID, by: Actor) -> ImportBatch:
    """This function will give up an import (public id) that was interrupted, or stopped by its
    file. What it wrote stays, and can be reverted; the same file begins a new one.

    Raises:
        NotFound: the store has no such import.
        ImportHasEnded: it has ended, or is being reverted.
        ImportUnderWay: an import into the store runs, and it may be this one.
    """
    with import_lock(store):
        return _abandon(store=store, import_id=import_id, by=by)


@transaction.atomic
def _abandon(*, store: Store, import_id: UUID, by: Actor) -> ImportBatch:
    for batch in ImportBatch.objects.for_store(store).filter(public_id=import_id).locked():
        if batch.state not in {ImportBatch.State.RUNNING, ImportBatch.State.STOPPED}:
            raise ImportHasEnded
        batch.state = ImportBatch.State.ABANDONED
        batch.save(update_fields=["state"])
        abandoned = ImportAbandoned(aggregate_id=batch.public_id, what=batch.kind)
        events.publish(abandoned, store=store, by=by)
        return batch
    raise NotFound("There is no such import.")
