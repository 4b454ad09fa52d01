"""Whether this process may be given requests."""

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from apps.backoffice.errors import NotReady
from apps.backoffice.probes import Probe, ask_all

_SECONDS = 1.0


def check_readiness() -> None:
    """This function will find out whether the database has every migration that the code has.

    Raises:
        NotReady: the database does not answer within a second, or is behind the code.
    """
    (found,) = ask_all({"migrations": _MIGRATIONS}, seconds=_SECONDS).values()
    if not found.works:
        raise NotReady("The database does not answer, or is behind the code.")


class MigrationsMissing(RuntimeError):
    """The database is behind the code."""


def _ask_for_migrations() -> None:
    try:
        applied = set(MigrationRecorder.Migration.objects.values_list("app", "name"))
    finally:
        connection.close()  # the thread ends here, and its connection with it
    missing = _migrations_of_the_code() - applied
    if missing:
        raise MigrationsMissing(f"{len(missing)} migrations are not applied")


@cache
def _migrations_of_the_code() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


_MIGRATIONS = Probe(_ask_for_migrations)
