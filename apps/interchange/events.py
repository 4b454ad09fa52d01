"""What staff take out of a store is on record."""

from dataclasses import dataclass

from apps.events.event import Event


@dataclass(frozen=True, kw_only=True)
class DataExported(Event):
    """Somebody has begun to read all of something; the store is what it is about."""

    name = "data.exported"
    aggregate_type = "store"

    what: str


@dataclass(frozen=True, kw_only=True)
class ImportEvent(Event):
    """`what` is the kind of the records that a file held."""

    aggregate_type = "import"

    what: str


@dataclass(frozen=True, kw_only=True)
class DataImported(ImportEvent):
    """An import has ended, and made a difference."""

    name = "data.imported"

    created: int
    changed: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class ImportReverted(ImportEvent):
    """So many of its records are as they were before, and so many could not be put back."""

    name = "data.import_reverted"

    reverted: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class ImportAbandoned(ImportEvent):
    """Somebody has given up an import that had stopped. What it wrote stays."""

    name = "data.import_abandoned"


@dataclass(frozen=True, kw_only=True)
class ExportRequested(Event):
    """Somebody wants an export to be made for them."""

    name = "export.requested"
    aggregate_type = "export"

    what: str


@dataclass(frozen=True, kw_only=True)
class ExportFinished(Event):
    """It is done, or failed: `state` tells."""

    name = "export.finished"
    aggregate_type = "export"

    state: str


@dataclass(frozen=True, kw_only=True)
class ExportDownloaded(Event):
    """Somebody has begun to read its file."""

    name = "export.downloaded"
    aggregate_type = "export"

    what: str


@dataclass(frozen=True, kw_only=True)
class ExportCanceled(Event):
    """Somebody does not want it any more."""

    name = "export.canceled"
    aggregate_type = "export"


@dataclass(frozen=True, kw_only=True)
class ExportRemoved(Event):
    """It was taken away with its file, if it had one: by somebody, or because its day is over."""

    name = "export.removed"
    aggregate_type = "export"


@dataclass(frozen=True, kw_only=True)
class ListExported(Event):
    """Somebody takes along a list of the staff site as it was narrowed: so many of something."""

    name = "list.exported"
    aggregate_type = "store"

    what: str
    count: int


@dataclass(frozen=True, kw_only=True)
class ImportJobEvent(Event):
    """About a file that staff have sent to be imported."""

    aggregate_type = "import_job"


@dataclass(frozen=True, kw_only=True)
class ImportRequested(ImportJobEvent):
    """Somebody wants a file to be looked through, imported, or undone: `task` tells which."""

    name = "import.requested"

    what: str
    task: str


@dataclass(frozen=True, kw_only=True)
class ImportFinished(ImportJobEvent):
    """That is done, or failed: `state` tells."""

    name = "import.finished"

    task: str
    state: str


@dataclass(frozen=True, kw_only=True)
class ImportCanceled(ImportJobEvent):
    """Somebody does not want it any more."""

    name = "import.canceled"


@dataclass(frozen=True, kw_only=True)
class RefusedRowsDownloaded(Event):
    """Somebody reads the rows that an import, or its dry run, has refused: they may be about
    people."""

    name = "import.refused_downloaded"
    aggregate_type = "import"

    what: str
