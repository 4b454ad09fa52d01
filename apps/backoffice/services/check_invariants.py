"""Whether what Tradepost promises is so."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils.module_loading import import_string, module_has_submodule

from apps.core.invariants import Invariant

_SHOWN = 5

# Read-only whatever the SELECT may call, and with time for tables that are large.
_READING = "SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = '10min'"
_COUNTED = "SELECT *, count(*) OVER () AS {count} FROM ({select}) AS broken LIMIT {shown}"
_COUNT = "number_of_broken_rows"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Whether a promise is kept: how many rows break it, and the first few of them.

    `error` tells why it could not be checked, which is no better than broken.
    """

    invariant: Invariant
    broken: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether it was checked and no row breaks it."""
        return not self.broken and not self.error


def check_invariants() -> list[Finding]:
    """This function will check the `INVARIANTS` of every app, each in a statement of its own or by
    a function of its own.

    It may run on a live installation: a statement sees one moment, and none of them can write.
    """
    return [_check(invariant) for invariant in sorted(_promises(), key=lambda one: one.id)]


def _promises() -> Iterator[Invariant]:
    for app in apps.get_app_configs():
        if app.module is not None and module_has_submodule(app.module, "invariants"):
            module = import_module(f"{app.name}.invariants")
            yield from getattr(module, "INVARIANTS", [])


def _check(invariant: Invariant) -> Finding:
    ask = _find if invariant.find_broken else _select
    try:
        return ask(invariant)
    except DatabaseError as error:
        return Finding(invariant=invariant, error=str(error).strip().splitlines()[0])


def _find(invariant: Invariant) -> Finding:
    found: Iterator[dict[str, Any]] = import_string(invariant.find_broken)()
    rows = list(islice(found, _SHOWN))
    return Finding(invariant=invariant, broken=len(rows) + sum(1 for _ in found), rows=rows)


def _select(invariant: Invariant) -> Finding:
    statement = _COUNTED.format(
        count=_COUNT, select=invariant.broken_rows.strip().rstrip(";"), shown=_SHOWN
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_READING)
        cursor.execute(statement, invariant.parameters and invariant.parameters())
        columns = [column.name for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    broken = rows[0][_COUNT] if rows else 0
    for row in rows:
        del row[_COUNT]
    return Finding(invariant=invariant, broken=broken, rows=rows)
