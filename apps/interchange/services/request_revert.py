"""Having an import undone."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core.errors import NotFound
from apps.events import services as events
from apps.events.actors import Actor, actor_reference
from apps.interchange.errors import NotRevertible
from apps.interchange.events import ImportRequested
from apps.interchange.models import ImportBatch, ImportJob
from apps.stores.models import Store


@transaction.atomic
def request_revert(*, store: Store, batch_id: UUID, by: Actor, now: datetime) -> ImportJob:
    """This function will queue the reverting of an import, whoever made it: by a file that was
    sent, or by a command. One that was reverted before is tried once more: what was left may go.

    Raises:
        NotFound: the store has no import of this public id.
        NotRevertible: it is being worked on, or has written nothing.
    """
    for batch in ImportBatch.objects.for_store(store).filter(public_id=batch_id).locked():
        job = ImportJob.objects.filter(batch=batch).order_by("-pk").first()
        for known in ImportJob.objects.filter(pk=job.pk).locked() if job else ():
            job = known
        if job is not None and not job.is_over:
            raise NotRevertible("It is being worked on: wait until that has ended.")
        if not batch.created + batch.changed:
            raise NotRevertible("It has changed nothing.")
        job = job or ImportJob(
            store=store, kind=batch.kind, format=batch.format, title=batch.file_name, batch=batch
        )
        job.ask(ImportJob.Task.REVERT, actor=actor_reference(by), now=now)
        requested = ImportRequested(aggregate_id=job.public_id, what=job.kind, task=job.task)
        events.publish(requested, store=store, by=by)
        return job
    raise NotFound
