"""I5: every delivery took effect, and nothing waits longer than its limit."""

from apps.core.invariants import Invariant

INVARIANTS = [
    Invariant(
        id="I5",
        promise="no delivery is dead",
        broken_rows="""
            SELECT d.public_id AS delivery, e.name AS event, d.subscriber, d.last_error
            FROM events_delivery d JOIN events_outboxevent e ON e.id = d.event_id
            WHERE d.state = 'dead'
        """,
    ),
    Invariant(
        id="I5",
        promise="no delivery is pending for more than an hour past its time",
        broken_rows="""
            SELECT d.public_id AS delivery, e.name AS event, d.subscriber, d.attempts
            FROM events_delivery d JOIN events_outboxevent e ON e.id = d.event_id
            WHERE d.state = 'pending' AND d.next_attempt_at < now() - interval '1 hour'
        """,
    ),
    Invariant(
        id="I5",
        promise="every event gets its place in the feed",
        broken_rows="""
            SELECT public_id AS event, name, created_at FROM events_outboxevent
            WHERE position IS NULL AND created_at < now() - interval '1 hour'
        """,
    ),
]
