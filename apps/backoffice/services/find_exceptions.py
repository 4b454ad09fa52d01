"""All that staff have to look at, of every app."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from apps.core.inbox_kinds import MOST_OF_A_KIND, Kind
from apps.stores.models import Store


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that is wrong, and since when."""

    kind: Kind
    key: int
    since: datetime | None
    about: str
    told: str


def exception_kinds() -> list[Kind]:
    """This function will return what may be wrong: the `KINDS` of every app, top to bottom."""
    return list(_kinds())


def find_exceptions(
    *, store: Store, kinds: Collection[Kind], now: datetime, most: int = MOST_OF_A_KIND
) -> list[Entry]:
    """This function will find what is wrong in a store, in one statement, the oldest of each kind
    first and at most so many of each."""
    by_name = {kind.name: kind for kind in kinds}
    asked = [kind.find(store=store, now=now, most=most) for kind in kinds]
    if not asked:
        return []
    first, *others = asked
    found = first.union(*others, all=True) if others else first
    return [entry_of(by_name[name], *facts) for name, *facts in found]


def entry_of(kind: Kind, key: int, since: datetime | None, about: str, why: str) -> Entry:
    """This function will put the facts of one row in words."""
    told = kind.told.replace("{why}", why.replace("_", " "))
    return Entry(kind=kind, key=key, since=since, about=about, told=told)


def _kinds() -> Iterator[Kind]:
    for app in reversed(list(apps.get_app_configs())):
        if app.module is not None and module_has_submodule(app.module, "inbox"):
            yield from import_module(f"{app.name}.inbox").KINDS
