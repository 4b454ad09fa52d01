"""I8: no export and no import is under way for ever."""

from apps.core.invariants import Invariant

INVARIANTS = [
    Invariant(
        id="I8",
        promise="no export or import waits for an hour, and none is held by a worker that died",
        broken_rows="""
            SELECT public_id AS job, 'export' AS what, kind, state, attempts
            FROM interchange_exportjob
            WHERE state IN ('queued', 'running')
              AND COALESCE(leased_until, created_at) < now() - interval '1 hour'
            UNION ALL
            SELECT public_id, 'import', kind, state, attempts
            FROM interchange_importjob
            WHERE state IN ('queued', 'running')
              AND COALESCE(leased_until, asked_at, created_at) < now() - interval '1 hour'
        """,
    ),
]
