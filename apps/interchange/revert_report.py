"""What became of the rows of an import that is undone."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.interchange.models import ImportRow

# Told of each row as it comes.
RevertObserver = Callable[[ImportRow], None]


@dataclass
class RevertReport:
    """How many rows are as before the import, and how many had to be left."""

    reverted: int = 0
    refused: int = 0

    def add(self, row: ImportRow) -> None:
        """This function will count one row."""
        if row.reverted_at is None:
            self.refused += 1
        else:
            self.reverted += 1

    def __str__(self) -> str:
        return f"{self.reverted} reverted, {self.refused} refused"


def unseen(row: ImportRow) -> None:
    """This function will be the observer of a reverting that nobody watches."""
