"""Undoing an import."""

from datetime import datetime

from django.db import transaction

from apps.core.errors import CommerceError
from apps.core.retries import retry_conflicts
from apps.events import services as events
from apps.events.actors import Actor, actor_reference
from apps.interchange.events import ImportReverted
from apps.interchange.import_lock import import_lock
from apps.interchange.kinds import KINDS, Import
from apps.interchange.models import ImportBatch, ImportRow
from apps.interchange.revert_report import RevertObserver, RevertReport, unseen

_STEP = 100


def revert_import(
    *, batch: ImportBatch, by: Actor, now: datetime, observe: RevertObserver = unseen
) -> RevertReport:
    """This function will undo what an import has written, the newest first.

    A row that was touched since is left alone and told of. A hundred rows are one transaction, so
    it may be interrupted: again, it goes on, and tries those once more that it had to leave.

    `observe` is told of each row.

    Raises:
        ImportUnderWay: an import into the store does not end.
    """
    report = RevertReport()
    with import_lock(batch.store):
        _begin(batch)
        run = Import(store=batch.store, by=by, now=now, batch=batch.public_id)
        before: int | None = None
        while rows := _undo_step(batch, run=run, before=before):
            before = rows[-1].line
            for row in rows:
                report.add(row)
                observe(row)
        _finish(batch, report=report, run=run)
    return report


def _begin(batch: ImportBatch) -> None:
    batch.state = ImportBatch.State.REVERTING
    batch.save(update_fields=["state"])


@retry_conflicts
@transaction.atomic
def _undo_step(batch: ImportBatch, *, run: Import, before: int | None) -> list[ImportRow]:
    wanted = batch.rows.written()
    if before is not None:
        wanted = wanted.filter(line__lt=before)
    rows = list(wanted.order_by("-line")[:_STEP])
    for row in rows:
        _undo(row, batch=batch, run=run)
    ImportRow.objects.bulk_update(rows, ["reverted_at", "remark"])
    return rows


def _undo(row: ImportRow, *, batch: ImportBatch, run: Import) -> None:
    try:
        with transaction.atomic():
            row.remark = KINDS[batch.kind].revert(row, run=run)
            row.reverted_at = run.now
    except CommerceError as error:
        row.remark = error.detail[:300]


@transaction.atomic
def _finish(batch: ImportBatch, *, report: RevertReport, run: Import) -> None:
    batch.state = ImportBatch.State.REVERTED
    batch.reverted_by, batch.reverted_at = actor_reference(run.by), run.now
    batch.save(update_fields=["state", "reverted_by", "reverted_at"])
    if report.reverted:
        fact = ImportReverted(
            aggregate_id=batch.public_id,
            what=batch.kind,
            reverted=report.reverted,
            refused=report.refused,
        )
        events.publish(fact, store=run.store, by=run.by)
