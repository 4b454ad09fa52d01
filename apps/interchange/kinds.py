"""What can be imported: a registry that each kind of record joins."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, Self
from uuid import UUID

from apps.accounts.scopes import Scope
from apps.events.actors import Actor
from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.record import Fault
from apps.interchange.models import ImportRow
from apps.interchange.report import Outcome, Result
from apps.stores.models import Store


class Importable(Protocol):
    """What a reader yields: one record that can be judged, written and reported by itself."""

    @property
    def line(self) -> int:
        """Where it begins in the file."""

    @property
    def key(self) -> str:
        """What it is called in reports and in the ledger: never personal data."""

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Its rows as they were read, for the file of refused rows."""


# Reads the lines of a file for a store; the readable records and those that cannot be read.
Reader = Callable[[BoundedLines, Store], Iterator[Importable]]


@dataclass(frozen=True, kw_only=True)
class Import:
    """One run: for which store, who asks for it, and where its file lies."""

    store: Store
    by: Actor
    now: datetime
    file: str = "-"
    # The public id of its batch: the reference of the movements that it makes. None: a dry run.
    batch: UUID | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def under(self, batch: UUID) -> Self:
        """This function will return the run as one that writes, on the record of a batch."""
        return replace(self, batch=batch)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What would become of a record; `work` is the importer's own business."""

    record: Importable
    result: Result
    faults: tuple[Fault, ...] = ()
    work: Any = None

    @property
    def outcome(self) -> Outcome:
        """What is reported of the record."""
        rows = self.record.rows if self.result is Result.REFUSED else ()
        return Outcome(
            line=self.record.line,
            key=self.record.key,
            result=self.result,
            faults=self.faults,
            rows=rows,
        )


@dataclass(frozen=True, kw_only=True)
class Written:
    """What reverting needs: the thing's public id, its version now, and how it was before.

    With `faults` it was not written after all.
    """

    target: UUID | None = None
    version: int | None = None
    before: Any = None
    faults: tuple[Fault, ...] = ()


class Importer(Protocol):
    """Judges and writes records of one kind. One object lives as long as a run."""

    def plan(self, records: Sequence[Any]) -> list[Planned]:
        """This function will judge some two hundred records, in a few statements, in their order.

        It writes nothing. `RefusedRecord`s never come here.
        """

    def write(self, planned: Sequence[Planned]) -> list[Written]:
        """This function will carry out what was planned as created or changed, in that order.

        It runs in a transaction. When it raises, all of it is undone, and each record comes again,
        alone: planned anew and written in a savepoint of its own.

        Raises:
            CommerceError: something cannot be as planned.
        """

    def settle(self) -> None:
        """This function will hear that all that was written is there for good."""

    def forget(self) -> None:
        """This function will hear that a savepoint was undone: what is remembered may be wrong."""

    def discard(self) -> None:
        """This function will hear that everything since `settle` is undone."""


class Reverter(Protocol):
    """Undoes rows of one kind."""

    def __call__(self, row: ImportRow, *, run: Import) -> str:
        """This function will undo one row in the caller's transaction.

        Returns what staff should know of it: "" when it is simply undone.

        Raises:
            CommerceError: it is not as the import left it.
        """


# Adds what a planned record would move, in money and in goods, to sums by their names.
Measure = Callable[[Planned], Mapping[str, Decimal]]
# Says in a few words what would become of a planned record.
Describe = Callable[[Planned], Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of record. `noun` is what many of them are called on the command line; `scopes` are
    what staff need, all of them, to import such a file. What has a page of its own on the staff
    site is not offered on the page for all kinds."""

    name: str
    noun: str
    scopes: tuple[Scope, ...]
    measure: Measure
    describe: Describe
    formats: Mapping[str, Reader]
    importer: Callable[[Import], Importer]
    revert: Reverter
    has_own_page: bool = False


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """This function will make a kind known to the runner, the commands and reverting."""
    KINDS[kind.name] = kind
    return kind


def refused(record: Importable, *faults: Fault) -> Planned:
    """This function will be the plan for a record that is not imported."""
    return Planned(record=record, result=Result.REFUSED, faults=faults)
