"""Doing what waits to be looked through, imported and undone, one after another."""

import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.interchange.models import ImportJob
from apps.interchange.services.complete_import_job import complete_import_job
from apps.interchange.services.run_import_job import LEASE, run_import_job

MOST_DEATHS = 3


@forbids_transaction
def run_imports(*, seconds: float = 300) -> int:
    """This function will do what waits, and what a dead worker has left, until there is nothing or
    the time for beginning another is up. Returns how many tasks it has taken.

    No more than `IMPORTS_AT_ONCE` run at once, whoever asks. An import goes on where it was; what
    has lost three workers is given up: it may be what kills them.
    """
    deadline = time.monotonic() + seconds
    taken = 0
    while time.monotonic() < deadline:
        job = _take(now=timezone.now())
        if job is None:
            break
        taken += 1
        if not run_import_job(job=job):
            break
    return taken


@transaction.atomic
def _take(*, now: datetime) -> ImportJob | None:
    """Two at once wait for each other at the oldest row, and count what is true after that."""
    unfinished = ImportJob.objects.unfinished().select_related("store").defer("samples")
    jobs = unfinished.locked()
    running = sum(one.state == one.State.RUNNING and not one.is_due(now=now) for one in jobs)
    for job in jobs:
        if running >= settings.IMPORTS_AT_ONCE:
            break
        if not job.is_due(now=now):
            continue
        if job.state != job.State.RUNNING or job.deaths + 1 < MOST_DEATHS:
            job.take(now=now, until=now + timedelta(seconds=LEASE))
            return job
        complete_import_job(job=job, failure=f"Its worker died {MOST_DEATHS} times.", now=now)
    return None
