"""What staff have to look at, in the words that every app uses for it.

An app lists its `KINDS` in `inbox.py`: which of its rows something is wrong with, what to say of
them, and the services that settle it. The staff site collects them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, F, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

MOST_OF_A_KIND = 50
_NOTHING = Value("")


@dataclass(frozen=True, kw_only=True)
class Fix:
    """What one click does about a row: `act(store=, row=, by=, now=)` returns what to tell. It
    calls a service, which refuses what makes no sense any more."""

    name: str
    label: str
    scope: str
    act: Callable[..., str]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One thing that may be wrong.

    `rows` are all of a store, and `wrong` keeps those to look at, oldest first, by an index: it is
    asked on every page. `since`, `about` and `why` are columns, or expressions; `told` says it in a
    sentence, with `{why}` where that helps. `page` is what the model is called in addresses of the
    staff site; with `listing`, an entry leads to its list. What is only wrong in great numbers is
    one entry, as soon as there are more than `beyond`.
    """

    name: str
    title: str
    scope: str
    rows: Callable[[Any], QuerySet[Any]]
    wrong: Callable[[QuerySet[Any], datetime], QuerySet[Any]]
    since: str
    about: str | Combinable
    told: str
    page: str
    why: str | Combinable = _NOTHING
    fixes: Sequence[Fix] = ()
    listing: str = ""
    most: int = MOST_OF_A_KIND
    beyond: int = 0

    def find(self, *, store: Any, now: datetime, most: int) -> QuerySet[Any]:
        """This function will return what to look at as tuples: kind, key, since, about, why. All
        kinds have the same columns, so that one statement can ask for all of them."""
        wrong = self.wrong(self.rows(store), now)
        return self.facts(wrong[self.beyond : self.beyond + min(most, self.most)])

    def facts(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """This function will return what is told of some rows, in the columns of `find`."""
        return rows.values_list(
            Cast(Value(self.name), CharField()),
            "pk",
            Cast(self.since, DateTimeField()),
            Cast(self.about, TextField()),
            Cast(F(self.why) if isinstance(self.why, str) else self.why, TextField()),
        )

    def fix_named(self, name: str) -> Fix | None:
        """This function will return one of its fixes."""
        return next((fix for fix in self.fixes if fix.name == name), None)
