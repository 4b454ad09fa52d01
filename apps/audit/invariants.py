"""I7: every event has its record, soon, and the chain of records is whole."""

from apps.core.invariants import Invariant

INVARIANTS = [
    Invariant(
        id="I7",
        promise="no event waits to be recorded for more than an hour",
        broken_rows="""
            SELECT e.public_id AS event, e.name, e.created_at FROM events_outboxevent e
            WHERE e.position > coalesce(
                (SELECT position FROM events_feedreader WHERE name = 'auditor'), 0
            ) AND e.created_at < now() - interval '1 hour'
        """,
    ),
    Invariant(
        id="I7",
        promise="what was read for the record is in it once, and nothing in it was changed",
        find_broken="apps.audit.services.check_audit",
    ),
]
