"""A file that nobody wants to be imported any more."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core.errors import NotFound
from apps.events import services as events
from apps.events.actors import Actor
from apps.interchange.errors import NotCancelable
from apps.interchange.events import ImportCanceled
from apps.interchange.models import ImportJob
from apps.interchange.services.discard_upload import discard_upload
from apps.stores.models import Store


@transaction.atomic
def cancel_import(*, store: Store, job_id: UUID, by: Actor, now: datetime) -> ImportJob:
    """This function will stop what waits or runs, and take away the file of what was looked
    through.

    An import that runs ends with the step it is in: what it has written stays, and can be undone.

    Raises:
        NotFound: the store has none of this public id.
        NotCancelable: there is nothing that could still happen.
    """
    for job in ImportJob.objects.for_store(store).filter(public_id=job_id).locked():
        if job.is_over and not job.file_name:
            raise NotCancelable("It has ended.")
        discard_upload(job=job)
        job.end(ImportJob.State.CANCELED, now=now, remark="")
        events.publish(ImportCanceled(aggregate_id=job.public_id), store=store, by=by)
        return job
    raise NotFound
