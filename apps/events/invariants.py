"""I5: every delivery took effect, all was told, and nothing waits longer than its limit (I8)."""

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
    Invariant(
        id="I5",
        promise="no event waits to be announced for more than an hour",
        broken_rows="""
            SELECT e.public_id AS event, e.name, e.created_at FROM events_outboxevent e
            WHERE e.position > coalesce(
                (SELECT position FROM events_feedreader WHERE name = 'announcer'), 0
            ) AND e.created_at < now() - interval '1 hour'
        """,
    ),
    Invariant(
        id="I5",
        promise="no event waits for more than an hour to end the answers that it makes old",
        broken_rows="""
            SELECT e.public_id AS event, e.name, e.created_at FROM events_outboxevent e
            WHERE e.position > coalesce(
                (SELECT position FROM events_feedreader WHERE name = 'forgetter'), 0
            ) AND e.created_at < now() - interval '1 hour'
        """,
    ),
    Invariant(
        id="I5",
        promise="no reader is ahead of the feed",
        broken_rows="""
            SELECT r.name AS reader, r.position FROM events_feedreader r
            WHERE r.position > (SELECT coalesce(max(position), 0) FROM events_outboxevent)
        """,
    ),
    Invariant(
        id="I8",
        promise="no delivery and no reader is put off for longer than the code puts any off",
        broken_rows="""
            SELECT d.public_id::text AS what, greatest(d.next_attempt_at, d.queued_until) AS until
            FROM events_delivery d
            WHERE d.state = 'pending'
              AND greatest(d.next_attempt_at, d.queued_until) > now() + interval '2 hours'
            UNION ALL
            SELECT r.name, r.leased_until FROM events_feedreader r
            WHERE r.leased_until > now() + interval '1 hour'
        """,
    ),
]
