"""Reading a file from end to end, in steps that each are kept whole."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from django.utils import timezone

from apps.core.batches import one_by_one
from apps.interchange.errors import AnotherFile, UnusableFile
from apps.interchange.import_lock import import_lock
from apps.interchange.kinds import Import, Importable, Kind, Planned
from apps.interchange.models import ImportBatch
from apps.interchange.queries import outcome_of
from apps.interchange.report import ImportReport, Observer, nobody
from apps.interchange.services.complete_import import complete_import
from apps.interchange.services.open_import import open_import
from apps.interchange.services.write_records import write_records
from apps.interchange.source import Source, in_steps


def run_import(
    *,
    kind: Kind,
    run: Import,
    source: Source,
    observe: Observer = nobody,
    report: ImportReport | None = None,
) -> ImportReport:
    """This function will import the records of a source into a store.

    Some two hundred at a time are written in one transaction, together with what became of them
    and how far the import is. So it may be killed at any time: the same file goes on where it was.
    What is the same already is not written, so importing twice is importing once.

    `observe` is told of each outcome once it is certain, and first of what was refused before an
    interruption. Returns the report of the whole import; one that is given is filled meanwhile.

    Raises:
        UnusableFile: the file is none, or breaks off; what came before the break is imported.
        ImportUnderWay: another import into the store does not end.
        AnotherFile: the file is not the one whose import was interrupted.
    """
    report = ImportReport() if report is None else report
    remaining = iter(source.records)
    first = list(islice(remaining, 1))  # what is no such file raises here, and leaves no record
    with import_lock(run.store):
        batch = _open(kind, run, source)
        records = chain(first, remaining)
        _skip(batch, records, source)
        _recall(batch, report=report, observe=observe)
        importer = kind.importer(run.under(batch.public_id))
        try:
            for step, digest in in_steps(records, digest=source.digest):
                done = write_records(importer=importer, records=step, batch=batch, digest=digest)
                _tell(done, report=report, observe=observe)
        except UnusableFile:
            _finish(batch, ImportBatch.State.STOPPED, run)
            raise
        _finish(batch, ImportBatch.State.FINISHED, run)
    return report


def _open(kind: Kind, run: Import, source: Source) -> ImportBatch:
    return open_import(
        store=run.store,
        kind=kind.name,
        format_name=source.format_name,
        file_name=source.file_name,
        beginning=source.beginning,
        by=run.by,
        layout={"header": source.header(), "encoding": source.encoding},
    )


def _finish(batch: ImportBatch, state: ImportBatch.State, run: Import) -> None:
    complete_import(batch=batch, state=state, by=run.by, now=timezone.now())


def _skip(batch: ImportBatch, records: Iterator[Importable], source: Source) -> None:
    if not batch.position:
        return
    passed = sum(1 for _ in islice(records, batch.position))
    if passed < batch.position or source.digest() != batch.digest:
        abandoned = ImportBatch.State.ABANDONED
        complete_import(batch=batch, state=abandoned, by=None, now=timezone.now())
        raise AnotherFile(
            f"It begins like {batch.file_name}, of which {batch.position:,} records were imported "
            "before it was interrupted, and differs from it within these. That import is given "
            "up: run this one again to begin anew."
        )


def _recall(batch: ImportBatch, *, report: ImportReport, observe: Observer) -> None:
    """What a run before this one has found: for the sums, and for the file of refused rows."""
    report.batch, report.behind = batch.public_id, batch.position
    report.counts.update({result: count for result, count in batch.counts.items() if count})
    for row in one_by_one(batch.rows.refused(), key="line") if batch.refused else ():
        outcome = outcome_of(row)
        report.remember(outcome)
        observe(outcome)


def _tell(planned: Iterable[Planned], *, report: ImportReport, observe: Observer) -> None:
    for one in planned:
        outcome = one.outcome
        report.add(outcome)
        observe(outcome)
