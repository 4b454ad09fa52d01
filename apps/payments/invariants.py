"""I2 and I4: what was charged is what was ordered, once, and nothing goes back that never came."""

from apps.core.invariants import Invariant

INVARIANTS = [
    Invariant(
        id="I2",
        promise="the total of what was paid here is the amount that was received, or authorized",
        broken_rows="""
            SELECT o.number, o.total_amount, o.currency, p.amount, p.currency AS paid_in
            FROM orders_order o
            LEFT JOIN payments_payment p ON p.order_id = o.id AND NOT p.is_surplus
                 AND p.state IN ('authorized', 'captured')
            WHERE o.state IN ('paid', 'shipped', 'delivered', 'refunded') AND o.source = ''
              AND (p.id IS NULL OR p.amount <> o.total_amount OR p.currency <> o.currency)
        """,
    ),
    Invariant(
        id="I2",
        promise="what was authorized is captured within an hour of the shipment",
        broken_rows="""
            SELECT p.public_id AS payment, o.number, o.state, min(s.shipped_at) AS shipped_at
            FROM payments_payment p JOIN orders_order o ON o.id = p.order_id
            JOIN orders_shipment s ON s.order_id = o.id
            WHERE p.state = 'authorized'
            GROUP BY p.id, o.id HAVING min(s.shipped_at) < now() - interval '1 hour'
        """,
    ),
    Invariant(
        id="I2",
        promise="every sale that was paid has its invoice",
        broken_rows="""
            SELECT o.number, p.public_id AS payment
            FROM payments_payment p JOIN orders_order o ON o.id = p.order_id
            WHERE p.state = 'captured' AND NOT p.is_surplus
              AND o.state IN ('paid', 'shipped', 'delivered', 'refunded')
              AND NOT EXISTS (SELECT FROM orders_invoice i
                              WHERE i.order_id = o.id AND i.kind = 'invoice')
        """,
    ),
    Invariant(
        id="I4",
        promise="at most one payment of an order is captured and kept",
        broken_rows="""
            SELECT order_id, count(*) AS captured FROM payments_payment
            WHERE state = 'captured' AND NOT is_surplus GROUP BY order_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        id="I4",
        promise="what is refunded equals the refunds, and is never above what was captured",
        broken_rows="""
            SELECT p.public_id AS payment, p.amount, p.refunded_amount,
                   coalesce(sum(r.amount), 0) AS refunds
            FROM payments_payment p
            LEFT JOIN payments_refund r ON r.payment_id = p.id AND r.state <> 'failed'
            GROUP BY p.id
            HAVING p.refunded_amount <> coalesce(sum(r.amount), 0)
                OR p.refunded_amount > p.amount
                OR (p.state <> 'captured' AND count(r.id) > 0)
        """,
    ),
    Invariant(
        id="I4",
        promise="captured money belongs to a paid order, or goes back in full within an hour",
        broken_rows="""
            SELECT p.public_id AS payment, o.number, o.state, p.amount, p.refunded_amount
            FROM payments_payment p JOIN orders_order o ON o.id = p.order_id
            WHERE p.state = 'captured' AND p.refunded_amount < p.amount
              AND (o.state = 'pending'
                   OR (o.state = 'refunded' AND NOT p.is_surplus)
                   OR (p.is_surplus AND p.captured_at < now() - interval '1 hour')
                   OR (o.state = 'canceled'
                       AND greatest(p.captured_at, o.canceled_at) < now() - interval '1 hour'))
        """,
    ),
    Invariant(
        id="I4",
        promise="no payment that nobody asks about is open, and none is held for staff",
        broken_rows="""
            SELECT public_id AS payment, gateway, state, held_reason, check_at
            FROM payments_payment
            WHERE (held_reason <> '' AND state <> 'captured')
               OR (state IN ('created', 'requires_action', 'processing', 'authorized')
                   AND (check_at IS NULL OR check_at < now() - interval '1 hour'))
        """,
    ),
    Invariant(
        id="I4",
        promise="the gateway has an answer for every payment within an hour",
        broken_rows="""
            SELECT public_id AS payment, gateway, state, attempts, created_at
            FROM payments_payment
            WHERE state = 'created' AND created_at < now() - interval '1 hour'
        """,
    ),
    Invariant(
        id="I4",
        promise="no open payment waits for an order that is not going to be filled",
        broken_rows="""
            SELECT p.public_id AS payment, o.number, p.state
            FROM payments_payment p JOIN orders_order o ON o.id = p.order_id
            WHERE p.state IN ('requires_action', 'processing', 'authorized')
              AND o.state = 'canceled' AND o.canceled_at < now() - interval '1 hour'
        """,
    ),
    Invariant(
        id="I4",
        promise="no refund that nobody asks about is open, and the gateway has heard of each",
        broken_rows="""
            SELECT public_id AS refund, created_at, check_at FROM payments_refund
            WHERE state = 'requested'
              AND (check_at IS NULL OR check_at < now() - interval '1 hour'
                   OR gateway_reference = '' AND created_at < now() - interval '1 hour')
        """,
    ),
    Invariant(
        id="I8",
        promise="no webhook that came early waits past its time for more than an hour",
        broken_rows="""
            SELECT gateway, event_id, kind, attempts, next_attempt_at FROM payments_providerevent
            WHERE state = 'parked' AND next_attempt_at < now() - interval '1 hour'
        """,
    ),
    Invariant(
        id="I4",
        promise="what was sold elsewhere is neither charged nor invoiced here",
        broken_rows="""
            SELECT o.number, o.source FROM orders_order o
            WHERE o.source <> ''
              AND (EXISTS (SELECT FROM payments_payment p WHERE p.order_id = o.id)
                   OR EXISTS (SELECT FROM orders_invoice i WHERE i.order_id = o.id))
        """,
    ),
]
