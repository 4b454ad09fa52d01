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
