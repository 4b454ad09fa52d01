"""Undoing an import for somebody who has asked for it on the staff site."""

from django.utils import timezone

from apps.interchange.job_pulse import Pulse
from apps.interchange.models import ImportBatch, ImportJob, ImportRow
from apps.interchange.queries import person_of
from apps.interchange.services.complete_import_job import complete_import_job
from apps.interchange.services.revert_import import revert_import


def undo_upload(*, job: ImportJob, pulse: Pulse) -> None:
    """This function will undo the import of a job, and record how much was put back and left."""
    batch = ImportBatch.objects.select_related("store").get(pk=job.batch_id)
    pulse.now(done=0, total=batch.rows.written().count())
    done = 0

    def observe(_: ImportRow) -> None:
        nonlocal done
        done += 1
        pulse(done=done)

    report = revert_import(
        batch=batch, by=person_of(job.actor), now=timezone.now(), observe=observe
    )
    found = {"reverted": report.reverted, "left": report.refused, "done": done}
    complete_import_job(job=job, found=found, now=timezone.now())
