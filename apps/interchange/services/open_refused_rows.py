"""Downloading what was refused."""

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction

from apps.core.batches import one_by_one
from apps.core.errors import NotFound
from apps.events import services as events
from apps.events.actors import Actor
from apps.interchange.errors import NoRefusedRows
from apps.interchange.events import RefusedRowsDownloaded
from apps.interchange.models import ImportBatch, ImportJob
from apps.interchange.queries import outcome_of
from apps.interchange.refused_text import encoder_for, header_text, refused_text
from apps.interchange.sealed_exports import opened
from apps.interchange.sealed_uploads import refused_of
from apps.stores.models import Store


@transaction.atomic
def open_refused_rows(*, store: Store, batch_id: UUID, by: Actor) -> Iterator[bytes]:
    """This function will return the rows that an import has refused, in the layout of its input.

    That somebody reads them is announced at once.

    Raises:
        NotFound: the store has no import of this public id.
        NoRefusedRows: it has refused nothing, or what it has refused is not kept any more.
    """
    batch = ImportBatch.objects.for_store(store).filter(public_id=batch_id).first()
    if batch is None:
        raise NotFound
    if batch.layout is None or not batch.rows.refused().detailed().exists():
        raise NoRefusedRows("It has refused nothing, or what it has refused is not kept any more.")
    _announce(batch.public_id, what=batch.kind, store=store, by=by)
    return _rows_of(batch)


@transaction.atomic
def open_refused_plans(*, store: Store, job_id: UUID, by: Actor) -> Iterator[bytes]:
    """This function will return the rows that a dry run has refused, in the same way.

    Raises:
        NotFound: the store has no job of this public id.
        NoRefusedRows: there are none, or they are gone.
    """
    job = ImportJob.objects.for_store(store).filter(public_id=job_id).first()
    if job is None:
        raise NotFound
    try:
        if not job.refused_name:
            raise FileNotFoundError
        pieces = opened(job.refused_name, about=refused_of(job.public_id))
    except FileNotFoundError as error:
        raise NoRefusedRows("The dry run has refused nothing, or its file is gone.") from error
    _announce(job.public_id, what=job.kind, store=store, by=by)
    return pieces


def _announce(about: UUID, *, what: str, store: Store, by: Actor) -> None:
    events.publish(RefusedRowsDownloaded(aggregate_id=about, what=what), store=store, by=by)


def _rows_of(batch: ImportBatch) -> Iterator[bytes]:
    header, encoding = batch.layout["header"], batch.layout["encoding"] or "utf-8"
    encode = encoder_for(encoding)
    yield encode(header_text(header))
    for row in one_by_one(batch.rows.refused(), key="line"):
        text = refused_text(outcome_of(row), header=header, encoding=encoding)
        yield encode(text)
