"""What would become of some records."""

from collections.abc import Sequence

from apps.interchange.formats.record import RefusedRecord
from apps.interchange.kinds import Importable, Importer, Planned, refused


def plan_records(*, importer: Importer, records: Sequence[Importable]) -> list[Planned]:
    """This function will judge records, those that could not be read too; nothing is written."""
    readable = [one for one in records if not isinstance(one, RefusedRecord)]
    judged = iter(importer.plan(readable) if readable else [])
    return [
        refused(one, *one.faults) if isinstance(one, RefusedRecord) else next(judged)
        for one in records
    ]
