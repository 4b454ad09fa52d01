"""Reading a table from end to end with little memory, whatever becomes of the connection."""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

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
