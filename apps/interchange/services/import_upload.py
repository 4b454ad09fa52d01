"""The import of a file that was sent."""

from django.utils import timezone

from apps.interchange.job_pulse import Pulse
from apps.interchange.models import ImportBatch, ImportJob
from apps.interchange.report import ImportReport, Outcome
from apps.interchange.services.complete_import_job import complete_import_job
from apps.interchange.services.open_upload import open_upload
from apps.interchange.services.run_import import run_import


def import_upload(*, job: ImportJob, pulse: Pulse) -> None:
    """This function will import a file that was looked through, from where it was on. Its record
    is the same that commands write, and belongs to the job as soon as there is one."""
    total = job.created + job.changed + job.unchanged + job.refused
    progress = Progress(job, pulse=pulse, total=total)
    pulse.now(total=total)
    with open_upload(job, pulse=lambda _: progress.beat()) as upload:
        try:
            run_import(
                kind=upload.kind,
                run=upload.run,
                source=upload.source,
                observe=progress.observe,
                report=progress.report,
            )
        finally:
            progress.link()
    found = {"batch": progress.batch, "done": sum(progress.report.counts.values())}
    complete_import_job(job=job, found=found, now=timezone.now())


class Progress:
    """How far an import is, for those who look at its job."""

    def __init__(self, job: ImportJob, *, pulse: Pulse, total: int) -> None:
        self._job, self._pulse, self._total = job, pulse, total
        self.report = ImportReport()
        self.batch: ImportBatch | None = None

    def observe(self, _: Outcome) -> None:
        """This function will count one record; it comes when that is written for good."""
        if self.batch is None:
            self.link()
        self.beat()

    def beat(self) -> None:
        """This function will tell that it goes on."""
        done = sum(self.report.counts.values())
        self._pulse(done=done, total=max(self._total, done))

    def link(self) -> None:
        """This function will have the job know the record of its import."""
        if self.report.batch is not None and self.batch is None:
            self.batch = ImportBatch.objects.get(public_id=self.report.batch)
            ImportJob.objects.filter(pk=self._job.pk).update(batch=self.batch)
