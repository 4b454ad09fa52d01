"""Writing whole columns anew, page by page: for migrations, and rotations of keys."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorWrapper

from apps.core.transactions import require_transaction

PAGE = 500


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Text columns of one table, and the column of its primary key; in which database."""

    table: str
    names: Sequence[str]
    key: str = "id"
    using: str = DEFAULT_DB_ALIAS

    def pages(self, *, size: int = PAGE) -> Iterator["Page"]:
        """This function will cut the table into ranges of its primary key, as it is meanwhile."""
        table, key = _quoted(self.table), _quoted(self.key)
        after: Any = None
        while True:
            begins = "" if after is None else f"WHERE {key} > %s"
            select = f"SELECT {key} FROM {table} {begins} ORDER BY {key} LIMIT {size}"  # noqa: S608
            last = f"SELECT {key} FROM ({select}) AS page ORDER BY {key} DESC LIMIT 1"  # noqa: S608
            with connections[self.using].cursor() as cursor:
                cursor.execute(last, [] if after is None else [after])
                row = cursor.fetchone()
            if row is None:
                return
            yield Page(columns=self, after=after, upto=row[0])
            (after,) = row


@dataclass(frozen=True, kw_only=True)
class Page:
    """The rows of a table above one key, up to and with another."""

    columns: Columns
    after: Any
    upto: Any

    def count(self, *, unlike: str) -> int:
        """This function will count the rows that `rewrite` would touch."""
        with connections[self.columns.using].cursor() as cursor:
            condition, parameters = self._condition(unlike)
            table = _quoted(self.columns.table)
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {condition}", parameters)  # noqa: S608
            (count,) = cursor.fetchone()
        return int(count)

    def rewrite(
        self, change: Callable[[str], str], *, unlike: str = "", skip_locked: bool = False
    ) -> int:
        """This function will change the columns' texts and return in how many rows.

        What is empty stays so. With `unlike`, a LIKE pattern, only rows with a column that does
        not match it, and in them only such columns. The rows are locked before they are read. No
        model is asked: neither versions nor events notice.
        """
        require_transaction("rewrite()", using=self.columns.using)
        with connections[self.columns.using].cursor() as cursor:
            rows = self._locked(cursor, unlike, skip_locked=skip_locked)
            begins = unlike.removesuffix("%")
            changed = [
                (*(_changed(text, change, begins) for text in texts), key) for key, *texts in rows
            ]
            assigned = ", ".join(f"{_quoted(name)} = %s" for name in self.columns.names)
            table, key = _quoted(self.columns.table), _quoted(self.columns.key)
            update = f"UPDATE {table} SET {assigned} WHERE {key} = %s"  # noqa: S608 - our own names
            cursor.executemany(update, changed)
        return len(changed)

    def _locked(self, cursor: CursorWrapper, unlike: str, *, skip_locked: bool) -> Sequence[Any]:
        condition, parameters = self._condition(unlike)
        shown = ", ".join(_quoted(name) for name in (self.columns.key, *self.columns.names))
        table, key = _quoted(self.columns.table), _quoted(self.columns.key)
        cursor.execute(
            f"SELECT {shown} FROM {table} WHERE {condition} ORDER BY {key} {_lock(skip_locked)}",  # noqa: S608
            parameters,
        )
        return cursor.fetchall()

    def _condition(self, unlike: str) -> tuple[str, list[Any]]:
        key = _quoted(self.columns.key)
        parts, parameters = [f"{key} <= %s"], [self.upto]
        if self.after is not None:
            parts.append(f"{key} > %s")
            parameters.append(self.after)
        if unlike:
            names = [
                f"({_quoted(name)} <> '' AND {_quoted(name)} NOT LIKE %s)"
                for name in self.columns.names
            ]
            parts.append(f"({' OR '.join(names)})")
            parameters += [unlike] * len(names)
        return " AND ".join(parts), parameters


def _lock(skip_locked: bool) -> str:  # noqa: FBT001 - one word of SQL
    return f"FOR NO KEY UPDATE{' SKIP LOCKED' if skip_locked else ''}"


def _changed(text: str | None, change: Callable[[str], str], begins: str) -> str | None:
    if not text or (begins and text.startswith(begins)):
        return text
    return change(text)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
