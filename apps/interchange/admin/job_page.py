"""What the page of a file import shows."""

from decimal import Decimal
from typing import Any

from django.urls import reverse

from apps.core.money import Money
from apps.interchange.differences import SUMS
from apps.interchange.models import ExportJob, ImportBatch, ImportJob
from apps.interchange.report import Result

_MOST_LEFT = 50
_STATES = {
    ("check", "queued"): "It waits to be looked through.",
    ("check", "running"): "It is being looked through. Nothing is changed.",
    ("check", "done"): "It was looked through. Nothing is changed yet.",
    ("check", "failed"): "It cannot be imported.",
    ("apply", "queued"): "It waits to be imported.",
    ("apply", "running"): "It is being imported.",
    ("apply", "done"): "It is imported.",
    (
        "apply",
        "failed",
    ): "The import stopped. What was written until then stays, and can be undone.",
    ("revert", "queued"): "It waits to be undone.",
    ("revert", "running"): "It is being undone.",
    ("revert", "done"): "It is undone, as far as nobody has touched it since.",
    ("revert", "failed"): "Undoing it stopped. It can be asked for again.",
}


def place_of(job: ImportJob) -> str:
    """This function will return where a file import is shown."""
    return reverse("admin:interchange_importjob_change", args=[job.pk])


def progress_of(job: ImportJob) -> dict[str, Any]:
    """This function will tell how far a file import is, to a page that asks again and again."""
    words = _STATES.get((job.task, job.state), "It is canceled.")
    return {
        "words": f"{words} {job.remark}".strip(),
        "percent": job.percent,
        "is_over": job.is_over,
    }


def export_progress(job: ExportJob) -> dict[str, Any]:
    """This function will tell how far an export is, in the same way."""
    is_over = job.state not in {job.State.QUEUED, job.State.RUNNING}
    percent = min(100, job.rows_done * 100 // job.rows_expected) if job.rows_expected else None
    return {"words": f"{job.get_state_display()}", "percent": percent, "is_over": is_over}


def page_of(job: ImportJob) -> dict[str, Any]:
    """This function will return what there is to see of a file import, and what can be done.

    Of rows only the first of each kind are shown, however long the file is.
    """
    batch = job.batch
    urls = {
        act: reverse(f"admin:interchange_importjob_{act}", args=[job.pk])
        for act in ("progress", "refused", "apply", "revert", "cancel")
    }
    return {
        "job": job,
        "urls": urls,
        "progress": progress_of(job),
        "tables": _tables(job) if job.checked_at else [],
        "counts": _counts(job, batch),
        "differs": _differs(job, batch),
        "sums": [_sum(job, name, amount) for name, amount in job.deltas.items() if name in SUMS],
        "left": _left(job),
        "batch": batch,
        "can_revert": bool(batch and job.is_over and batch.can_be_reverted),
        "can_cancel": not job.is_over or bool(job.file_name),
        "batch_refused": _batch_refused(batch),
    }


def _tables(job: ImportJob) -> list[dict[str, Any]]:
    samples = job.samples or {}
    return [
        {"title": result.value.capitalize(), "rows": rows, "all": job.counts[result]}
        for result in (Result.REFUSED, Result.CHANGED, Result.CREATED, Result.UNCHANGED)
        if (rows := samples.get(result.value))
    ]


def _counts(job: ImportJob, batch: ImportBatch | None) -> list[dict[str, Any]]:
    return [
        {
            "name": result.value.capitalize(),
            "planned": job.counts[result] if job.checked_at else None,
            "done": batch.counts[result] if batch else None,
        }
        for result in Result
    ]


def _differs(job: ImportJob, batch: ImportBatch | None) -> bool:
    was_imported = batch is not None and batch.state == batch.State.FINISHED
    return bool(was_imported and job.checked_at and batch.counts != job.counts)


def _sum(job: ImportJob, name: str, amount: str) -> dict[str, Any]:
    label, is_money = SUMS[name]
    value = Decimal(amount)
    shown: Any = Money(value, job.store.currency) if is_money else f"{value:,f}"
    return {"label": label, "value": str(shown)}


def _left(job: ImportJob) -> list[Any]:
    """What reverting had to say of rows: the first of them."""
    if job.task != job.Task.REVERT or job.batch is None:
        return []
    return list(
        job.batch.rows.exclude(remark="").order_by("line").defer("before", "refusal")[:_MOST_LEFT]
    )


def _batch_refused(batch: ImportBatch | None) -> str:
    if batch is None or not batch.refused or batch.layout is None:
        return ""
    return reverse("admin:interchange_importbatch_refused", args=[batch.pk])
