"""Counting SQL statements: what the program asks of the database, transaction control apart."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from apps.stores import directory

_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextmanager
def at_most(most: int) -> Iterator[None]:
    """This function will fail when the block runs more than `most` SQL statements.

    The directory of stores is warm, as it is in a process that has served a request before.
    """
    with override_settings(STORE_DIRECTORY_SECONDS=60):
        directory.forget()
        directory.store_for_host("")
        with CaptureQueriesContext(connection) as captured:
            yield
    directory.forget()
    statements = [q["sql"] for q in captured if not q["sql"].startswith(_CONTROL)]
    listing = "\n".join(f"{place}. {sql}" for place, sql in enumerate(statements, 1))
    assert len(statements) <= most, f"{len(statements)} statements, at most {most}:\n{listing}"
