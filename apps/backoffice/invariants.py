"""I8: nothing of ours holds the database for longer than it should."""

from apps.core.invariants import Invariant

INVARIANTS = [
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
