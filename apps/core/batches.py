"""Reading a table from end to end with little memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from apps.core.transactions import require_transaction

M = TypeVar("M", bound=Model)


def in_batches(rows: QuerySet[M], *, key: str = "pk", size: int = 500) -> Iterator[list[M]]:
    """This function will yield the rows in the order of a unique key, so many at a time.

    Each batch is a statement of its own that goes on after the last row of the one before: no
    cursor and no transaction stays open while somebody reads slowly, and a connection that was
    given back to a pool in between is no loss. Rows that come meanwhile are read if their key is
    yet to come.
    """
    ordered = rows.order_by(key)
    batch = list(ordered[:size])
    while batch:
        yield batch
        last: Any = getattr(batch[-1], key)
        batch = list(ordered.filter(**{f"{key}__gt": last})[:size]) if len(batch) == size else []


def one_by_one(rows: QuerySet[M], *, key: str = "pk", size: int = 100) -> Iterator[M]:
    """This function will yield the same rows, one at a time."""
    for batch in in_batches(rows, key=key, size=size):
        yield from batch


@contextmanager
def one_moment() -> Iterator[None]:
    """This function will show the database as it is now for as long as it lasts, read-only.

    For commands and jobs, never for requests: their readers may be as slow as they like, and a
    transaction that stays open keeps the database from tidying up.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # By this name `doctor` tells it from transactions that somebody forgot.
            cursor.execute("SET LOCAL application_name = 'tradepost export'")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '10min'")
        yield


def from_cursor(rows: QuerySet[M], *, key: str = "pk", size: int = 500) -> Iterator[list[M]]:
    """This function will yield the same batches from a cursor that the server keeps open, in the
    transaction of `one_moment`: all of them as they were when it began.

    Raises:
        TransactionRequired: a cursor that outlives its statement would read everything at once.
    """
    require_transaction("from_cursor()")
    each = rows.order_by(key).iterator(chunk_size=size)
    while batch := list(islice(each, size)):
        yield batch
