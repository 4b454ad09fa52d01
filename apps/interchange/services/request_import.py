"""Having a file looked through that is to be imported."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.events import services as events
from apps.events.actors import Actor, actor_reference
from apps.interchange.errors import TooManyImports
from apps.interchange.events import ImportRequested
from apps.interchange.kinds import Kind
from apps.interchange.models import ImportJob
from apps.interchange.sealed_uploads import SealedUpload
from apps.stores.models import Store


@transaction.atomic
def request_import(
    *,
    store: Store,
    kind: Kind,
    format_name: str,
    encoding: str,
    upload: SealedUpload,
    by: Actor,
    now: datetime,
    options: dict[str, Any] | None = None,
) -> ImportJob:
    """This function will queue the dry run of a file that was sent. Nothing is imported by it.

    Raises:
        TooManyImports: the store has `IMPORTS_PER_STORE` that wait, run or have a file.
    """
    # Whoever counts holds the store's row: two at once cannot both be the last.
    Store.objects.filter(pk=store.pk).locked()
    if ImportJob.objects.for_store(store).taking_room().count() >= settings.IMPORTS_PER_STORE:
        most = settings.IMPORTS_PER_STORE
        raise TooManyImports(f"At most {most}. Import one or cancel it, or wait.")
    job = ImportJob.objects.create(
        public_id=upload.about,
        store=store,
        kind=kind.name,
        format=format_name,
        encoding=encoding,
        options=options or {},
        title=_storable(upload.title),
        actor=actor_reference(by),
        file_name=upload.file_name,
        size_bytes=upload.size,
        asked_at=now,
        expires_at=now + timedelta(hours=settings.IMPORT_HOURS),
    )
    requested = ImportRequested(aggregate_id=job.public_id, what=kind.name, task=job.task)
    events.publish(requested, store=store, by=by)
    return job


def _storable(name: str) -> str:
    return name[-255:].encode("utf-8", "replace").decode().replace("\x00", "?")
