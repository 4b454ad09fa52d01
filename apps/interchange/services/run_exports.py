"""Making the exports that wait, one after another."""

import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.core.transactions import forbids_transaction
from apps.interchange.models import ExportJob
from apps.interchange.services.complete_export import complete_export
from apps.interchange.services.run_export import LEASE, run_export

MOST_ATTEMPTS = 2


@forbids_transaction
def run_exports(*, seconds: float = 300) -> int:
    """This function will write exports that wait, and those whose worker has died, until none is
    left or the time for beginning another is up. Returns how many it has taken.

    No more than `EXPORTS_AT_ONCE` run at once, whoever asks: an export reads a lot. One whose
    worker has died twice is given up: it may be what kills them.
    """
    deadline = time.monotonic() + seconds
    taken = 0
    while time.monotonic() < deadline:
        job = _take(now=timezone.now())
        if job is None:
            break
        run_export(job=job)
        taken += 1
    return taken


@transaction.atomic
def _take(*, now: datetime) -> ExportJob | None:
    """Two at once wait for each other at the oldest row, and count what is true after that."""
    jobs = ExportJob.objects.unfinished().select_related("store").defer("chosen").locked()
    running = sum(not job.is_due(now=now) for job in jobs)
    for job in jobs:
        if running >= settings.EXPORTS_AT_ONCE:
            break
        if not job.is_due(now=now):
            continue
        if job.attempts < MOST_ATTEMPTS:
            job.take(now=now, until=now + timedelta(seconds=LEASE))
            return job
        complete_export(job=job, failure="Its worker died twice.", now=now)
    return None
