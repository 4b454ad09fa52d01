"""I2: money adds up. I6: orders go only where they may. I8: nothing unpaid is kept for ever."""

from apps.core.invariants import Invariant
from apps.orders.transitions import EDGES, IMPORTABLE, WITHDRAWABLE

_EDGES = ", ".join(
    f"('{before}', '{to}')" for before, after in EDGES.items() for to in sorted(after)
)

_BEGINNINGS = ", ".join(f"'{state}'" for state in IMPORTABLE)
_ENDS = ", ".join(f"'{state}'" for state in WITHDRAWABLE)

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
               OR NOT (
                   (step.from_state, step.to_state) IN ({_EDGES})
                   OR o.source <> '' AND step.from_state = '' AND step.to_state IN ({_BEGINNINGS})
                   OR o.withdrawn_at IS NOT NULL AND step.from_state IN ({_ENDS})
                       AND step.to_state = 'canceled'
               )
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
    Invariant(
        id="I2",
        promise="documents count from one without a gap, and their series knows the last",
        broken_rows="""
            SELECT store.slug AS store, kind, year, series.last AS series, issued.last, issued.count
            FROM orders_invoiceseries series FULL JOIN (
                SELECT store_id, kind, year, count(*), min(sequence) AS first, max(sequence) AS last
                FROM orders_invoice GROUP BY store_id, kind, year
            ) AS issued USING (store_id, kind, year)
            JOIN stores_store store ON store.id = store_id
            WHERE issued.first IS DISTINCT FROM 1 OR issued.last <> issued.count
               OR series.last IS DISTINCT FROM issued.last
        """,
    ),
    Invariant(
        id="I2",
        promise="an invoice is worth what its order is",
        broken_rows="""
            SELECT i.public_id AS invoice, i.number, o.number AS "order"
            FROM orders_invoice i JOIN orders_order o ON o.id = i.order_id
            WHERE i.kind = 'invoice'
              AND (i.total_amount, i.tax_amount, i.currency, i.store_id, i.customer_id)
               <> (o.total_amount, o.tax_amount, o.currency, o.store_id, o.customer_id)
        """,
    ),
    Invariant(
        id="I2",
        promise="the credit notes of an invoice are of its order, and never worth more than it is",
        broken_rows="""
            SELECT i.public_id AS invoice, i.number, sum(note.total_amount) AS credited
            FROM orders_invoice i JOIN orders_invoice note ON note.corrects_id = i.id
            GROUP BY i.id
            HAVING sum(note.total_amount) > i.total_amount OR sum(note.tax_amount) > i.tax_amount
                OR bool_or((note.order_id, note.currency) <> (i.order_id, i.currency))
        """,
    ),
    Invariant(
        id="I6",
        promise="what has left of an order line is in its shipments, or all of it left elsewhere",
        broken_rows="""
            SELECT l.public_id AS line, l.shipped_quantity, sum(s.quantity) AS shipments
            FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
            LEFT JOIN orders_shipmentline s ON s.order_line_id = l.id
            GROUP BY l.id, o.id HAVING l.shipped_quantity <> coalesce(sum(s.quantity), 0)
               AND NOT (o.source <> '' AND count(s.id) = 0 AND l.shipped_quantity = l.quantity)
        """,
    ),
    Invariant(
        id="I6",
        promise="an order is shipped when all of it has left, and nothing leaves unless it is paid",
        broken_rows="""
            SELECT o.public_id AS "order", o.number, o.state, sum(l.shipped_quantity) AS shipped
            FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id
            GROUP BY o.id
            HAVING CASE
                WHEN o.state IN ('shipped', 'delivered')
                THEN sum(l.shipped_quantity) < sum(l.quantity)
                WHEN o.state = 'paid' THEN sum(l.shipped_quantity) = sum(l.quantity)
                WHEN o.state IN ('pending', 'canceled')
                THEN sum(l.shipped_quantity) > 0 AND o.withdrawn_at IS NULL
            END
        """,
    ),
    Invariant(
        id="I6",
        promise="an order is delivered when all of its shipments are",
        broken_rows="""
            SELECT o.public_id AS "order", o.number, o.state,
                   count(*) FILTER (WHERE s.delivered_at IS NULL) AS under_way
            FROM orders_order o JOIN orders_shipment s ON s.order_id = o.id
            WHERE o.state IN ('shipped', 'delivered')
            GROUP BY o.id
            HAVING (o.state = 'delivered') <> (bool_and(s.delivered_at IS NOT NULL))
        """,
    ),
    Invariant(
        id="I8",
        promise="where an order came from is forgotten once it is not pending any more",
        broken_rows="""
            SELECT public_id AS "order", number, state FROM orders_order
            WHERE placed_from <> '' AND state <> 'pending'
        """,
    ),
    Invariant(
        id="I6",
        promise="no more came back to another shop than it had sold, by line and by customer",
        broken_rows="""
            SELECT l.public_id AS line, l.quantity, sum(r.quantity) AS came_back
            FROM orders_pastreturn r JOIN orders_orderline l ON l.id = r.order_line_id
            JOIN orders_order o ON o.id = l.order_id
            WHERE r.withdrawn_at IS NULL
            GROUP BY l.id, o.id HAVING sum(r.quantity) > l.quantity
                OR bool_or((r.order_id, r.variant_id) <> (l.order_id, l.variant_id))
                OR bool_or((r.store_id, r.source, r.customer_id)
                           IS DISTINCT FROM (o.store_id, o.source, o.customer_id))
        """,
    ),
]
