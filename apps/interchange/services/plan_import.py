"""What an import would do."""

from collections.abc import Callable

from apps.interchange.kinds import Import, Kind, Planned
from apps.interchange.report import ImportReport, Observer, nobody
from apps.interchange.services.plan_records import plan_records
from apps.interchange.source import Source, in_steps


def unstudied(planned: Planned) -> None:
    """This function will be what is made of plans by those who ask for their outcomes alone."""


def plan_import(
    *,
    kind: Kind,
    run: Import,
    source: Source,
    observe: Observer = nobody,
    report: ImportReport | None = None,
    study: Callable[[Planned], None] = unstudied,
) -> ImportReport:
    """This function will tell what `run_import` would do with records; nothing is written.

    Picture files are not opened. `observe` is told of each outcome as it comes, and `study` of
    the plan before it; a report that is given is filled meanwhile.
    """
    report = ImportReport() if report is None else report
    importer = kind.importer(run)
    for step, _ in in_steps(source.records, digest=str):
        for planned in plan_records(importer=importer, records=step):
            study(planned)
            outcome = planned.outcome
            report.add(outcome)
            observe(outcome)
    return report
