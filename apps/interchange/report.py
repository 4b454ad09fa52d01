"""What became of the records of an import."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from apps.core.errors import CommerceError
from apps.interchange.formats.record import Fault

MOST_REFUSALS = 100


class Result(StrEnum):
    """What an import does, or would do, with one record."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One record's fate; `faults` say why it was refused, `rows` are what was read of it then."""

    line: int
    key: str
    result: Result
    faults: tuple[Fault, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass
class ImportReport:
    """How many records went which way, and the first refusals; an observer hears of all.

    `batch` names the import on record, `behind` is how many records an earlier run had done.
    """

    batch: UUID | None = None
    behind: int = 0
    counts: Counter[Result] = field(default_factory=Counter)
    refusals: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """This function will count one outcome."""
        self.counts[outcome.result] += 1
        self.remember(outcome)

    def remember(self, outcome: Outcome) -> None:
        """This function will keep one of the first refusals; nothing is counted."""
        if outcome.result is Result.REFUSED and len(self.refusals) < MOST_REFUSALS:
            self.refusals.append(outcome)

    def __str__(self) -> str:
        return ", ".join(f"{self.counts[result]} {result}" for result in Result)


# Told of each outcome as it comes: a progress line, a log.
Observer = Callable[[Outcome], None]


def nobody(outcome: Outcome) -> None:
    """This function will be the observer of an import that nobody watches."""


def faults_of(error: CommerceError, *, line: int) -> list[Fault]:
    """This function will say what a service refused: its own words, or those on each field."""
    fields = error.extensions.get("errors")
    if not fields:
        return [Fault(line=line, reason=error.detail)]
    return [Fault(line=line, column=one["field"], reason=one["detail"]) for one in fields]
