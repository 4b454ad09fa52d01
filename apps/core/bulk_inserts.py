"""Many new rows of one table at once, by COPY: several times as fast as `bulk_create`.

The rows are those of a model without signals, and Python has checked them; what the database
refuses is an `IntegrityError`, as ever.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils import timezone

from apps.core.transactions import require_transaction

M = TypeVar("M", bound=models.Model)
Writer = Callable[[Any], str]
_NULL = "\\N"


def insert_rows(rows: Sequence[M]) -> None:
    """This function will insert new rows of one model; they have their keys then.

    Raises:
        TransactionRequired: there is no transaction that the rows could be part of.
    """
    require_transaction("insert_rows()")
    if not rows:
        return
    columns = _columns(type(rows[0]))
    _prepare(rows)
    lines = (
        "\t".join([write(getattr(row, attribute)) for _, attribute, write in columns])
        for row in rows
    )
    _copy(rows[0]._meta.db_table, [column for column, _, _ in columns], lines)
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def insert_values(
    *,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    same: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """This function will insert rows of plain values into the columns of a table: texts, numbers,
    ids, moments, nothing. `same` are columns that have one value in all of the rows."""
    require_transaction("insert_values()")
    ending = "".join(f"\t{_text(value)}" for value in same.values())
    lines = ("\t".join([_text(value) for value in row]) + ending for row in rows)
    _copy(table, [*columns, *same], lines)


def _copy(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    quoted = ", ".join(map(connection.ops.quote_name, columns))
    statement = f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,  # type: ignore[attr-defined]
    ):
        copy.write("".join(f"{line}\n" for line in lines))


def _prepare(rows: Sequence[models.Model]) -> None:
    """Give them what the database, or saving, would have given them."""
    meta = rows[0]._meta
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(meta.db_table), meta.pk.column, len(rows)],
        )
        keys = [key for (key,) in cursor.fetchall()]
    now = timezone.now()
    stamped = [field.attname for field in meta.concrete_fields if getattr(field, "auto_now", False)]
    for row, key in zip(rows, keys, strict=True):
        row.pk = key
        for name in stamped:
            setattr(row, name, now)


@cache
def _columns(model: type[models.Model]) -> list[tuple[str, str, Writer]]:
    return [
        (str(field.column), field.attname, _writer(field))
        for field in model._meta.concrete_fields
        if not field.generated
    ]


def _writer(field: Any) -> Writer:
    if isinstance(field, ArrayField):
        return _list_text
    if isinstance(field, models.JSONField):
        return lambda value: (
            _NULL if value is None else _plain(json.dumps(value, cls=field.encoder))
        )
    if type(field).get_prep_value.__module__.startswith("django.db.models.fields"):
        return _text
    return lambda value: _text(field.get_prep_value(value))


def _text(value: Any) -> str:
    return _TEXTS.get(type(value), _other)(value)


def _plain(text: str) -> str:
    """A text with what COPY takes for its own marked as its own."""
    if text.isprintable() and "\\" not in text:
        return text
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace("\r", "\\r").replace("\t", "\\t")


def _list_text(value: Sequence[str] | None) -> str:
    if value is None:
        return _NULL
    quoted = [f'"{_quoted(member)}"' for member in value]
    return _plain("{" + ",".join(quoted) + "}")


def _quoted(member: str) -> str:
    return member.replace("\\", "\\\\").replace('"', '\\"')


def _other(value: Any) -> str:
    return _plain(str(value))


_TEXTS: dict[type, Writer] = {
    type(None): lambda _: _NULL,
    str: _plain,
    int: str,
    bool: lambda value: "t" if value else "f",
    UUID: str,
    Decimal: str,
    float: repr,
    datetime: datetime.isoformat,
}
