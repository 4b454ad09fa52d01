"""What of imports and exports staff have to look at."""

from datetime import datetime
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from apps.accounts.scopes import Scope
from apps.core.inbox_kinds import Fix, Kind
from apps.interchange import services
from apps.interchange.import_lock import nobody_imports
from apps.interchange.models import ExportJob, ImportBatch

# To have exports made is for admins alone, as this scope is (see ExportJobAdmin).
_ADMINS = Scope.MANAGE_STAFF
_STATES = ImportBatch.State


def _batches(store: Any) -> QuerySet[ImportBatch]:
    return ImportBatch.objects.for_store(store).annotate(is_still=nobody_imports(store))


def _halted(rows: QuerySet[ImportBatch], now: datetime) -> QuerySet[ImportBatch]:
    """Who runs an import holds the store's lock: without that, its process is dead."""
    interrupted = Q(state=_STATES.RUNNING, is_still=True)
    return rows.filter(Q(state=_STATES.STOPPED) | interrupted).order_by("pk")


def _half_reverted(rows: QuerySet[ImportBatch], now: datetime) -> QuerySet[ImportBatch]:
    return rows.filter(state=_STATES.REVERTING, is_still=True).order_by("pk")


def _failed(rows: QuerySet[ExportJob], now: datetime) -> QuerySet[ExportJob]:
    return rows.filter(state=ExportJob.State.FAILED).order_by("pk")


def _abandon(*, store: Any, row: ImportBatch, by: Any, now: datetime) -> str:
    services.end_import(store=store, import_id=row.public_id, by=by)
    return "It was given up. What it wrote stays."


def _export_again(*, store: Any, row: ExportJob, by: Any, now: datetime) -> str:
    services.retry_export(store=store, export_id=row.public_id, by=by)
    return "It waits for a worker."


def _remove(*, store: Any, row: ExportJob, by: Any, now: datetime) -> str:
    services.cancel_export(store=store, export_id=row.public_id, by=by)
    return "It was removed."


KINDS = [
    Kind(
        name="halted-import",
        title="Imports that stopped",
        scope=Scope.EXPORT_DATA,
        rows=_batches,
        wrong=_halted,
        since="created_at",
        about=Concat("kind", Value(" "), "file_name"),
        why=Case(
            When(state=_STATES.STOPPED, then=Value("a fault of the file stopped it")),
            default=Value("it was interrupted"),
        ),
        told="It did not get to its end: {why}. Given the same file again, it goes on.",
        page="interchange_importbatch",
        fixes=[Fix(name="abandon", label="Give it up", scope=Scope.MANAGE_STORE, act=_abandon)],
    ),
    Kind(
        name="half-reverted",
        title="Imports that are half undone",
        scope=Scope.EXPORT_DATA,
        rows=_batches,
        wrong=_half_reverted,
        since="created_at",
        about=Concat("kind", Value(" "), "file_name"),
        told="Undoing it was interrupted. Undone again, it goes on.",
        page="interchange_importbatch",
    ),
    Kind(
        name="failed-export",
        title="Exports that failed",
        scope=Scope.EXPORT_DATA,
        rows=ExportJob.objects.for_store,
        wrong=_failed,
        since="finished_at",
        about="kind",
        why="failure",
        told="It could not be made: {why}",
        page="interchange_exportjob",
        fixes=[
            Fix(name="export-again", label="Try again", scope=_ADMINS, act=_export_again),
            Fix(name="remove", label="Remove", scope=_ADMINS, act=_remove),
        ],
    ),
]
