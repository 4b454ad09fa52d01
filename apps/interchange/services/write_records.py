"""One step of an import: some records, what became of them, and how far it is."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError, IntegrityError, transaction

from apps.core.bulk_inserts import insert_values
from apps.core.constraints import violated_constraint
from apps.core.encryption import encrypt
from apps.core.errors import CommerceError
from apps.core.retries import retry_conflicts
from apps.interchange.errors import ImportUnderWay
from apps.interchange.formats.record import Fault
from apps.interchange.kinds import Importable, Importer, Planned, Written, refused
from apps.interchange.models import ImportBatch, ImportRow
from apps.interchange.report import Result, faults_of
from apps.interchange.services.plan_records import plan_records

_REFUSALS = (CommerceError, IntegrityError, DataError)
_WRITES = {Result.CREATED, Result.CHANGED}
_COLUMNS = (
    "batch_id",
    "line",
    "key",
    "outcome",
    "target",
    "version",
    "before",
    "refusal",
    "remark",
)
_Done = list[tuple[Planned, Written]]


def write_records(
    *, importer: Importer, records: Sequence[Importable], batch: ImportBatch, digest: str
) -> list[Planned]:
    """This function will write records and, with them, their rows in the ledger of the import.

    All of it is one transaction. Where the records cannot be written together, each is tried alone
    and refused alone. `digest` is of what was read of the file until now.

    Raises:
        ImportUnderWay: somebody else has gone on with this import.
    """
    done = _write(importer, records, batch, digest)
    importer.settle()
    for planned, _ in done:
        batch.count(planned.result)
    batch.position += len(done)
    batch.digest = digest
    return [planned for planned, _ in done]


@retry_conflicts
def _write(
    importer: Importer, records: Sequence[Importable], batch: ImportBatch, digest: str
) -> _Done:
    try:
        with transaction.atomic():
            _require_still_ours(batch)
            done = _together(importer, records)
            _record(batch, done, digest=digest)
    except BaseException:
        importer.discard()
        raise
    return done


def _require_still_ours(batch: ImportBatch) -> None:
    running = ImportBatch.State.RUNNING
    found = ImportBatch.objects.filter(pk=batch.pk, position=batch.position, state=running)
    if not found.locked():
        raise ImportUnderWay("Somebody else has gone on with it.")


def _together(importer: Importer, records: Sequence[Importable]) -> _Done:
    try:
        with transaction.atomic():
            return _carry_out(importer, records)
    except _REFUSALS:
        importer.discard()
        return [_alone(importer, record) for record in records]


def _alone(importer: Importer, record: Importable) -> tuple[Planned, Written]:
    try:
        with transaction.atomic():
            (done,) = _carry_out(importer, [record])
            return done
    except CommerceError as error:
        faults = faults_of(error, line=record.line)
    except (IntegrityError, DataError) as error:
        constraint = violated_constraint(error) if isinstance(error, IntegrityError) else ""
        what = constraint or type(error).__name__
        faults = [Fault(line=record.line, reason=f"the database refuses it: {what}")]
    importer.forget()
    return refused(record, *faults), Written()


def _carry_out(importer: Importer, records: Sequence[Importable]) -> _Done:
    plan = plan_records(importer=importer, records=records)
    wanted = [one for one in plan if one.result in _WRITES]
    written = iter(importer.write(wanted) if wanted else [])
    return [
        _done(one, next(written)) if one.result in _WRITES else (one, Written()) for one in plan
    ]


def _done(planned: Planned, written: Written) -> tuple[Planned, Written]:
    if written.faults:
        return replace(planned, result=Result.REFUSED, faults=written.faults), written
    return planned, written


def _record(batch: ImportBatch, done: _Done, *, digest: str) -> None:
    insert_values(
        table=ImportRow._meta.db_table,
        columns=_COLUMNS,
        rows=(
            _row(batch, planned, written)
            for planned, written in done
            if planned.result is not Result.UNCHANGED
        ),
    )
    counts = {result.value: batch.counts[result] for result in Result}
    for planned, _ in done:
        counts[planned.result] += 1
    position = batch.position + len(done)
    ImportBatch.objects.filter(pk=batch.pk).update(position=position, digest=digest, **counts)


def _row(batch: ImportBatch, planned: Planned, written: Written) -> tuple[Any, ...]:
    record = planned.record
    key, refusal, before = record.key, "", None
    if planned.result is Result.REFUSED:
        key = _storable(record.key)
        faults = [asdict(fault) for fault in planned.faults]
        refusal = encrypt(json.dumps({"faults": faults, "rows": record.rows}))
    elif written.before is not None:
        before = encrypt(json.dumps(written.before, cls=DjangoJSONEncoder, ensure_ascii=False))
    target, version = written.target, written.version
    return (batch.pk, record.line, key, planned.result.value, target, version, before, refusal, "")


def _storable(text: str) -> str:
    """What was refused may hold anything: NULs, half characters, a megabyte."""
    return text[:200].encode("utf-8", "replace").decode().replace("\x00", "?")
