"""I8: nothing of ours holds the database for longer than it should. I9: what we keep encrypted can
be read."""

from collections.abc import Iterator

from django.db import DEFAULT_DB_ALIAS

from apps.backoffice.encrypted_columns import encrypted_columns
from apps.core.encryption import known_key_ids
from apps.core.invariants import Invariant


def _under_unknown_keys() -> Iterator[str]:
    """Asked of the names of keys alone, which stand at the beginning: nothing is deciphered."""
    # One SELECT sees one database. An origin in the record that cannot be read is found by I7.
    here = (one for one in encrypted_columns() if one.using == DEFAULT_DB_ALIAS)
    for columns in here:
        for name in columns.names:
            yield f"""
                SELECT '{columns.table}' AS "table", '{name}' AS "column",
                       substring("{name}" FROM '^([0-9a-f]{{8}})[$]') AS key, count(*) AS rows
                FROM "{columns.table}"
                WHERE "{name}" <> '' AND NOT left("{name}", 9) = ANY (%(keys)s)
                GROUP BY 3
            """  # noqa: S608 - tables of ours


def _known_keys() -> dict[str, list[str]]:
    return {"keys": [f"{key}$" for key in known_key_ids()]}


INVARIANTS = [
    Invariant(
        id="I9",
        promise="what is encrypted at rest can be read with a key of FIELD_ENCRYPTION_KEYS",
        broken_rows=" UNION ALL ".join(_under_unknown_keys()),
        parameters=_known_keys,
    ),
    Invariant(
        id="I8",
        promise="no transaction of ours is open for more than five minutes",
        broken_rows="""
            SELECT pid, state, xact_start AS open_since FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'tradepost'
              AND pid <> pg_backend_pid() AND xact_start < now() - interval '5 minutes'
        """,
    ),
]
