"""One export, from its rows to its sealed file."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from apps.core.batches import from_cursor, one_moment
from apps.interchange.models import ExportJob
from apps.interchange.outlets import outlet_for
from apps.interchange.sealed_exports import Filing, filed, removed
from apps.interchange.services.complete_export import complete_export
from apps.interchange.services.generate_export import generate_export

log = structlog.get_logger(__name__)

# Seconds after which a silent worker is taken for dead, and between two signs of life. No statement
# of ours takes longer than fifteen.
LEASE, PULSE = 120, 3
Beside = Callable[..., Any]


class NotOurs(Exception):
    """The export was canceled, or somebody else has taken it up."""


def run_export(*, job: ExportJob) -> None:
    """This function will write an export that the caller has taken, and record how it ended.

    All rows are as they were in one moment. When the database goes nothing is recorded: the lease
    lapses, and somebody takes it up again.
    """
    try:
        with filed(about=job.public_id) as filing:
            count = _write(job, filing)
    except NotOurs:
        log.info("export_dropped", export_id=str(job.public_id))
        return
    except DatabaseError:
        log.exception("export_interrupted", export_id=str(job.public_id))
        return
    except Exception as error:
        log.warning("export_failed", export_id=str(job.public_id), exc_info=error)
        complete_export(job=job, failure=_in_words(error), now=timezone.now())
        return
    made = {"file_name": filing.file_name, "size_bytes": filing.size, "rows_done": count}
    if not complete_export(job=job, now=timezone.now(), made=made):
        removed(filing.file_name)


def _write(job: ExportJob, filing: Filing) -> int:
    """How many things were written. Progress goes over a connection of its own, for what a
    transaction writes is seen by nobody until it ends."""
    count, pulse = 0, time.monotonic()
    with _beside() as beside, one_moment():
        outlet = outlet_for(store=job.store, wanted=job.wanted)
        beside(_record, job, rows_expected=outlet.things.count())
        for piece in generate_export(outlet=outlet, read=from_cursor):
            filing.output.write(piece.text.encode())
            count += piece.count
            if time.monotonic() >= pulse:
                beside(_record, job, rows_done=count)
                pulse = time.monotonic() + PULSE
    return count


@contextmanager
def _beside() -> Iterator[Beside]:
    with ThreadPoolExecutor(1) as thread:
        try:
            yield lambda *what, **details: thread.submit(*what, **details).result()
        finally:
            thread.submit(connections.close_all).result()


@transaction.atomic
def _record(job: ExportJob, **details: int) -> None:
    until = timezone.now() + timedelta(seconds=LEASE)
    if not ExportJob.objects.held_as(job).update(leased_until=until, **details):
        raise NotOurs


def _in_words(error: Exception) -> str:
    """For staff: no more than is safe to keep, for a message may quote a row."""
    if isinstance(error, SoftTimeLimitExceeded):
        return "It took too long."
    if isinstance(error, OSError):
        return f"The file could not be written: {error.strerror}."
    return f"{type(error).__name__}: the log has the rest."
