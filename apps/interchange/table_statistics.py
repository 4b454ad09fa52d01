"""What PostgreSQL believes of tables that grow fast."""

from collections.abc import Sequence

from django.db import connection, models

_FIRST = 1_000


class TableStatistics:
    """Has tables analysed each time they have about doubled: PostgreSQL's own daemon comes after a
    minute, and until then every plan is made for tables that were empty."""

    def __init__(self, *tables: type[models.Model]) -> None:
        self._tables: Sequence[str] = [model._meta.db_table for model in tables]
        self._written = 0
        self._next = _FIRST

    def count(self, more: int) -> None:
        """This function will count new rows, and look at the tables when there are many more."""
        self._written += more
        if self._written < self._next:
            return
        self._next = self._written * 2
        names = ", ".join(map(connection.ops.quote_name, self._tables))
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")
