"""I7: every event has its record, soon, and the chain of records is whole."""

from apps.core.invariants import Invariant

INVARIANTS = [
    Invariant(
        id="I7",
        promise="every step of an order has its event, and every payment that was received",
        broken_rows="""
            SELECT o.public_id AS of, t.to_state AS step
            FROM orders_ordertransition t JOIN orders_order o ON o.id = t.order_id
            WHERE NOT EXISTS (
                SELECT FROM events_outboxevent e WHERE e.aggregate_id = o.public_id
                AND (e.name = 'order.' || CASE
                    WHEN t.to_state = 'pending' THEN 'placed'
                    WHEN o.source <> '' AND t.from_state = '' THEN 'imported'
                    WHEN o.withdrawn_at IS NOT NULL AND t.to_state = 'canceled' THEN 'withdrawn'
                    ELSE t.to_state END
                    OR o.source <> '' AND t.to_state = 'refunded'
                    AND e.name = 'order.returned_before'))
            UNION ALL
            SELECT p.public_id, p.state FROM payments_payment p
            WHERE p.state = 'captured' AND NOT EXISTS (
                SELECT FROM events_outboxevent e WHERE e.aggregate_id = p.public_id
                AND e.name = 'payment.captured')
        """,
    ),
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
