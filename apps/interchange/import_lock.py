"""One import into a store at a time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from apps.interchange.errors import ImportUnderWay
from apps.stores.models import Store

_LOCK = 0x696D_706F  # "impo"
_PATIENCE = 5.0
_PAUSE = 0.1


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


def _asked(function: str, store: Store) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [_LOCK, store.pk])
        return bool(cursor.fetchone()[0])
