"""An export that nobody wants any more."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.core.errors import NotFound
from apps.events import services as events
from apps.events.actors import Actor
from apps.interchange.events import ExportCanceled
from apps.interchange.models import ExportJob
from apps.interchange.services.remove_export import remove_export
from apps.stores.models import Store


@transaction.atomic
def cancel_export(*, store: Store, export_id: UUID, by: Actor) -> None:
    """This function will cancel an export that waits or runs, and remove one that has ended with
    its file.

    Raises:
        NotFound: the store has none of this public id.
    """
    found = ExportJob.objects.for_store(store).filter(public_id=export_id).locked()
    if not found:
        raise NotFound
    for job in found:
        if job.state not in {ExportJob.State.QUEUED, ExportJob.State.RUNNING}:
            remove_export(job=job, by=by)
            continue
        job.end(ExportJob.State.CANCELED, now=timezone.now())
        events.publish(ExportCanceled(aggregate_id=job.public_id), store=store, by=by)
