"""Downloading an export."""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from apps.core.errors import NotFound
from apps.events import services as events
from apps.events.actors import Actor
from apps.interchange.errors import ExportHasNoFile
from apps.interchange.events import ExportDownloaded
from apps.interchange.exporting import Wanted
from apps.interchange.models import ExportJob
from apps.interchange.sealed_exports import opened
from apps.stores.models import Store


@transaction.atomic
def open_export(*, store: Store, export_id: UUID, by: Actor) -> tuple[Wanted, Iterator[bytes]]:
    """This function will return what an export holds, and its text, piece by piece.

    That somebody reads it is announced at once.

    Raises:
        NotFound: the store has none of this public id.
        ExportHasNoFile: it has no file, or no file any more.
    """
    job = ExportJob.objects.for_store(store).filter(public_id=export_id).first()
    if job is None:
        raise NotFound
    if not job.has_file:
        raise ExportHasNoFile(f"It is {job.get_state_display()}.")
    try:
        pieces = opened(job.file_name, about=job.public_id)
    except FileNotFoundError as error:
        raise ExportHasNoFile("Its file is gone.") from error
    downloaded = ExportDownloaded(aggregate_id=job.public_id, what=job.kind)
    events.publish(downloaded, store=store, by=by)
    return job.wanted, pieces
