"""Writing many rows at once: PostgreSQL's COPY, in the transaction of the caller."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql

from apps.core.transactions import requires_transaction


@requires_transaction
def copy_rows(
    *, model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """This function will append rows to a model's table: for each the values of the columns named,
    as the database keeps them. It is for ledgers and lines, some thousand at a time.

    Nothing is prepared: no defaults, no encryption, no validators but those of the database.
    Returns how many rows there were.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0
    # Copying goes past Django's cursor, and so would its errors: callers catch Django's.
    errors = connection.wrap_database_errors
    with connection.cursor() as cursor, errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count
