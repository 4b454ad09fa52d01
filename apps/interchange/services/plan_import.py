"""What an import would do."""

from apps.interchange.kinds import Import, Kind
from apps.interchange.report import ImportReport, Observer, nobody
from apps.interchange.services.plan_records import plan_records
from apps.interchange.source import Source, in_steps


def plan_import(
    *,
    kind: Kind,
    run: Import,
    source: Source,
    observe: Observer = nobody,
    report: ImportReport | None = None,
) -> ImportReport:
    """This function will tell what `run_import` would do with records; nothing is written.

    Picture files are not opened. `observe` is told of each outcome as it comes; a report that is
    given is filled meanwhile.
    """
    report = ImportReport() if report is None else report
    importer = kind.importer(run)
    for step, _ in in_steps(source.records, digest=str):
        for planned in plan_records(importer=importer, records=step):
            report.add(planned.outcome)
            observe(planned.outcome)
    return report
