"""I2: money adds up. I6: orders go only where they may. I8: nothing unpaid is kept for ever."""

from apps.core.invariants import Invariant
from apps.orders.transitions import EDGES

_EDGES = ", ".join(
    f"('{before}', '{to}')" for before, after in EDGES.items() for to in sorted(after)
)

INVARIANTS = [
    Invariant(
        id="I2",
        promise="an order's total is lines - discount + shipping, and the tax that is not in them",
        broken_rows="""
            SELECT public_id AS "order", number, total_amount FROM orders_order
            WHERE total_amount <> subtotal_amount - discount_amount + shipping_amount
                  + CASE WHEN prices_include_tax THEN 0 ELSE tax_amount END
        """,
    ),
    Invariant(
        id="I2",
        promise="an order's subtotal is the sum of its lines, and it has lines",
        broken_rows="""
            SELECT o.public_id AS "order", o.number, o.subtotal_amount,
                   sum(l.line_total_amount) AS lines
            FROM orders_order o LEFT JOIN orders_orderline l ON l.order_id = o.id
            GROUP BY o.id
            HAVING o.subtotal_amount IS DISTINCT FROM sum(l.line_total_amount)
        """,
    ),
    Invariant(
        id="I2",
        promise="a line costs its unit price times its quantity, in the order's currency",
        broken_rows="""
            SELECT l.public_id AS line, o.number, l.sku
            FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
            WHERE l.line_total_amount <> l.unit_price_amount * l.quantity
               OR l.currency <> o.currency
        """,
    ),
    Invariant(
        id="I6",
        promise="every step in an order's history is allowed, and begins where the last one ended",
        broken_rows=f"""
            SELECT step.public_id AS step, o.number, step.from_state, step.to_state
            FROM (
                SELECT *, lag(to_state, 1, '') OVER (PARTITION BY order_id ORDER BY id) AS before
                FROM orders_ordertransition
            ) AS step JOIN orders_order o ON o.id = step.order_id
            WHERE step.from_state <> step.before
               OR (step.from_state, step.to_state) NOT IN ({_EDGES})
        """,  # noqa: S608 - a table of ours
    ),
    Invariant(
        id="I6",
        promise="an order is where its history says",
        broken_rows="""
            SELECT o.public_id AS "order", o.number, o.state, last.to_state AS history
            FROM orders_order o LEFT JOIN LATERAL (
                SELECT to_state FROM orders_ordertransition t
                WHERE t.order_id = o.id ORDER BY t.id DESC LIMIT 1
            ) AS last ON true
            WHERE o.state IS DISTINCT FROM last.to_state
        """,
    ),
    Invariant(
        id="I8",
        promise="no order is pending ten minutes after its reservation ran out",
        broken_rows="""
            SELECT o.public_id AS "order", o.number, o.expires_at FROM orders_order o
            WHERE o.state = 'pending' AND o.expires_at < now() - interval '10 minutes'
              AND NOT EXISTS (
                SELECT FROM inventory_reservation r
                WHERE r.reference = o.public_id AND r.state = 'active'
                  AND r.expires_at >= now() - interval '10 minutes'
              )
        """,
    ),
]
