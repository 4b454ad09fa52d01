"""One import into a store at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from apps.interchange.errors import ImportUnderWay
from apps.stores.models import Store

_LOCK = 0x696D_706F  # "impo"
_PATIENCE = 5.0
_PAUSE = 0.1
_IS_FREE = """
NOT EXISTS (
    SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND datname = current_database()
)
"""


@contextmanager
def import_lock(store: Store) -> Iterator[None]:
    """This function will keep other imports out of a store, for as long as the block runs.

    The lock is the connection's: PostgreSQL gives it back when the process dies. It waits for some
    seconds, for that may take a moment.

    Raises:
        ImportUnderWay: somebody else holds it.
    """
    give_up = time.monotonic() + _PATIENCE
    while not _asked("pg_try_advisory_lock", store):
        if time.monotonic() > give_up:
            raise ImportUnderWay("Begin again when it has ended; it goes on where it was.")
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            _asked("pg_advisory_unlock", store)


def nobody_imports(store: Store) -> RawSQL:
    """This function will return a condition for a query: that no import into the store runs."""
    return RawSQL(_IS_FREE, [_LOCK, store.pk], output_field=BooleanField())  # noqa: S611


def _asked(function: str, store: Store) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [_LOCK, store.pk])
        return bool(cursor.fetchone()[0])
