"""The dry run of a file that was sent."""

from collections import Counter
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils import timezone

from apps.interchange.job_pulse import Pulse
from apps.interchange.kinds import Kind, Planned
from apps.interchange.models import ImportJob
from apps.interchange.refused_text import encoder_for, header_text, refused_text
from apps.interchange.report import Outcome, Result
from apps.interchange.sealed_exports import filed, removed
from apps.interchange.sealed_uploads import refused_of
from apps.interchange.services.complete_import_job import complete_import_job
from apps.interchange.services.open_upload import OpenUpload, open_upload
from apps.interchange.services.plan_import import plan_import

MOST_SAMPLES = 20
_MOST_WORDS = 300


def check_upload(*, job: ImportJob, pulse: Pulse) -> None:
    """This function will find out what the import of a file would do, and record it: how many
    records go which way, what that moves, some of each, and a sealed file of refused rows."""
    pulse.now(done=0, total=job.size_bytes)
    with (
        filed(about=refused_of(job.public_id)) as filing,
        open_upload(job, pulse=lambda taken: pulse(done=taken)) as upload,
    ):
        findings = Findings(upload, refused=filing.output)  # type: ignore[arg-type]
        report = plan_import(
            kind=upload.kind,
            run=upload.run,
            source=upload.source,
            study=findings.study,
            observe=findings.observe,
        )
    refused_name = filing.file_name if report.counts[Result.REFUSED] else ""
    found: dict[str, Any] = {result.value: report.counts[result] for result in Result}
    found |= {"deltas": findings.deltas, "samples": findings.samples, "done": job.size_bytes}
    found |= {"refused_name": refused_name, "checked_at": timezone.now()}
    recorded = complete_import_job(job=job, found=found, now=timezone.now())
    if not (recorded and refused_name):
        removed(filing.file_name)


class Findings:
    """What is kept of the plans for a file: bounded, however long it is."""

    def __init__(self, upload: OpenUpload, *, refused: BinaryIO) -> None:
        self._upload, self._refused = upload, refused
        self._kind: Kind = upload.kind
        self._sums: Counter[str] = Counter()
        self._has_header = False
        self._encode = encoder_for(upload.lines.encoding)
        self.samples: dict[str, list[dict[str, Any]]] = {result.value: [] for result in Result}

    @property
    def deltas(self) -> dict[str, str]:
        """Each sum as a text."""
        return {name: f"{amount:f}" for name, amount in self._sums.items() if amount}

    def study(self, planned: Planned) -> None:
        """This function will take up what a plan would move, and show some plans."""
        if planned.result in {Result.CREATED, Result.CHANGED}:
            for name, amount in self._kind.measure(planned).items():
                self._sums[name] = self._sums.get(name, Decimal(0)) + amount  # type: ignore[assignment]
        some = self.samples[planned.result.value]
        if len(some) < MOST_SAMPLES:
            is_refused = planned.result is Result.REFUSED
            words = map(str, planned.faults) if is_refused else self._kind.describe(planned)
            key, line = planned.record.key, planned.record.line
            said = [one[:_MOST_WORDS] for one in words]
            some.append({"line": line, "key": key[:200], "words": said})

    def observe(self, outcome: Outcome) -> None:
        """This function will write refused rows to their file."""
        if outcome.result is not Result.REFUSED:
            return
        lines = self._upload.lines
        text = refused_text(outcome, header=lines.header, encoding=lines.encoding)
        if not self._has_header:
            text = header_text(lines.header) + text
            self._has_header = True
        self._refused.write(self._encode(text))
