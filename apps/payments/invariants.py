"""I2 and I4: what was charged is what was ordered, once, and nothing goes back that never came."""

from apps.core.invariants import Invariant

INVARIANTS = [
    Invariant(
        id="I2",
        promise="a paid order's total is the amount that was received for it",
        broken_rows="""
            SELECT o.number, o.total_amount, o.currency, p.amount, p.currency AS paid_in
            FROM orders_order o
            LEFT JOIN payments_payment p ON p.order_id = o.id AND p.state = 'captured'
            WHERE o.state IN ('paid', 'shipped', 'delivered', 'refunded')
              AND (p.id IS NULL OR p.amount <> o.total_amount OR p.currency <> o.currency)
        """,
    ),
    Invariant(
        id="I4",
        promise="at most one payment of an order is captured",
        broken_rows="""
            SELECT order_id, count(*) AS captured FROM payments_payment
            WHERE state = 'captured' GROUP BY order_id HAVING count(*) > 1
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
                   OR (o.state = 'refunded')
                   OR (o.state = 'canceled'
                       AND greatest(p.captured_at, o.canceled_at) < now() - interval '1 hour'))
        """,
    ),
    Invariant(
        id="I4",
        promise="no payment is without an outcome for more than an hour",
        broken_rows="""
            SELECT public_id AS payment, gateway, state, created_at FROM payments_payment
            WHERE state IN ('created', 'processing') AND created_at < now() - interval '1 hour'
        """,
    ),
    Invariant(
        id="I4",
        promise="no refund is without an outcome for more than an hour",
        broken_rows="""
            SELECT public_id AS refund, created_at FROM payments_refund
            WHERE state = 'requested' AND created_at < now() - interval '1 hour'
        """,
    ),
]
