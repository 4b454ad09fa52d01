"""Taking an export away for good."""

from functools import partial

from django.db import transaction

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.interchange.events import ExportRemoved
from apps.interchange.models import ExportJob
from apps.interchange.sealed_exports import removed


@requires_transaction
def remove_export(*, job: ExportJob, by: Actor) -> None:
    """This function will delete the row of an export that has ended, which the caller has locked.

    Its file follows when that is for sure; one that stays behind is found by the next sweep.
    """
    events.publish(ExportRemoved(aggregate_id=job.public_id), store=job.store, by=by)
    if job.has_file:
        transaction.on_commit(partial(removed, job.file_name), robust=True)
    job.delete()
