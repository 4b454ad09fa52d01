"""Having a file imported that was looked through."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.core.errors import NotFound
from apps.events import services as events
from apps.events.actors import Actor, actor_reference
from apps.interchange.errors import NotApplicable
from apps.interchange.events import ImportRequested
from apps.interchange.models import ImportJob
from apps.stores.models import Store


@transaction.atomic
def apply_import(*, store: Store, job_id: UUID, by: Actor, now: datetime) -> ImportJob:
    """This function will queue the import of a file whose dry run is done, or whose import failed.

    What is imported follows from the store as it is then, not as it was at the dry run.

    Raises:
        NotFound: the store has none of this public id.
        NotApplicable: it was asked for already, was not looked through, or its file is gone.
    """
    for job in ImportJob.objects.for_store(store).filter(public_id=job_id).locked():
        if not job.can_be_applied:
            raise NotApplicable(_why_not(job))
        job.expires_at = now + timedelta(hours=settings.IMPORT_HOURS)
        job.ask(ImportJob.Task.APPLY, actor=actor_reference(by), now=now)
        requested = ImportRequested(aggregate_id=job.public_id, what=job.kind, task=job.task)
        events.publish(requested, store=store, by=by)
        return job
    raise NotFound


def _why_not(job: ImportJob) -> str:
    if job.task != ImportJob.Task.CHECK and job.state != ImportJob.State.FAILED:
        return "Somebody has asked for that already."
    if not job.is_over:
        return "It was not looked through yet."
    if job.state != ImportJob.State.DONE and job.task == ImportJob.Task.CHECK:
        return "Its dry run did not end well: send the file again."
    return "Its file is gone: send it again."
