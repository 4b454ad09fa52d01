"""An export that failed is made once more."""

from uuid import UUID

from django.db import transaction

from apps.core.errors import NotFound
from apps.events.actors import Actor
from apps.interchange.errors import ExportNotFailed
from apps.interchange.models import ExportJob
from apps.interchange.services.remove_export import remove_export
from apps.interchange.services.request_export import request_export
from apps.stores.models import Store


@transaction.atomic
def retry_export(*, store: Store, export_id: UUID, by: Actor) -> ExportJob:
    """This function will queue an export of the same in place of one (public id) that failed.

    Raises:
        NotFound: the store has no such export, or somebody was faster.
        ExportNotFailed: it waits, runs, or is done.
        TooManyExports: the store has as many as it may; the failed one stays.
    """
    failed = ExportJob.objects.for_store(store).filter(public_id=export_id)
    for job in failed.select_related("store").locked():
        if job.state != ExportJob.State.FAILED:
            raise ExportNotFailed
        wanted = job.wanted
        remove_export(job=job, by=by)
        return request_export(store=store, wanted=wanted, by=by)
    raise NotFound("There is no such export.")
