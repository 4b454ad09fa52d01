"""I1: what is sold was there. I8: nothing is held for longer than it was promised."""

from apps.core.invariants import Invariant

INVARIANTS = [
    Invariant(
        id="I1",
        promise="no stock is negative, and no more is reserved than there is",
        broken_rows="""
            SELECT public_id AS stock, on_hand, reserved FROM inventory_stockitem
            WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand
        """,
    ),
    Invariant(
        id="I1",
        promise="what is reserved is the sum of the active reservations",
        broken_rows="""
            SELECT item.public_id AS stock, item.reserved, coalesce(held.quantity, 0) AS held
            FROM inventory_stockitem item
            LEFT JOIN (
                SELECT stock_item_id, sum(quantity) AS quantity FROM inventory_reservation
                WHERE state = 'active' GROUP BY stock_item_id
            ) held ON held.stock_item_id = item.id
            WHERE item.reserved <> coalesce(held.quantity, 0)
        """,
    ),
    Invariant(
        id="I1",
        promise="nothing is promised or sold that the catalogue has deleted",
        broken_rows="""
            SELECT r.public_id AS reservation, r.reference, v.sku
            FROM inventory_reservation r
            JOIN inventory_stockitem item ON item.id = r.stock_item_id
            JOIN catalog_variant v ON v.id = item.variant_id
            WHERE r.state <> 'released' AND v.deleted_at IS NOT NULL
        """,
    ),
    Invariant(
        id="I1",
        promise="what is on hand is the sum of the movements",
        broken_rows="""
            SELECT item.public_id AS stock, item.on_hand, coalesce(moved.quantity, 0) AS moved
            FROM inventory_stockitem item
            LEFT JOIN (
                SELECT stock_item_id, sum(quantity) AS quantity FROM inventory_stockmovement
                GROUP BY stock_item_id
            ) moved ON moved.stock_item_id = item.id
            WHERE item.on_hand <> coalesce(moved.quantity, 0)
        """,
    ),
    Invariant(
        id="I1",
        promise="every committed reservation left the warehouse once, and no other did",
        broken_rows="""
            SELECT coalesce(sold.reference, gone.reference) AS reference,
                   coalesce(sold.quantity, 0) AS committed, coalesce(gone.quantity, 0) AS moved
            FROM (
                SELECT reference, stock_item_id, sum(quantity) AS quantity
                FROM inventory_reservation WHERE state = 'committed'
                GROUP BY reference, stock_item_id
            ) sold
            FULL JOIN (
                SELECT reference, stock_item_id, -sum(quantity) AS quantity
                FROM inventory_stockmovement WHERE kind = 'sold'
                GROUP BY reference, stock_item_id
            ) gone USING (reference, stock_item_id)
            WHERE sold.quantity IS DISTINCT FROM gone.quantity
        """,
    ),
    Invariant(
        id="I1",
        promise="no more comes back under a reference than was sold under it",
        broken_rows="""
            SELECT reference, stock_item_id, sum(quantity) AS returned_beyond_sold
            FROM inventory_stockmovement WHERE kind IN ('sold', 'returned')
            GROUP BY reference, stock_item_id HAVING sum(quantity) > 0
        """,
    ),
    Invariant(
        id="I1",
        promise="the catalogue shows as in stock what is available, and nothing else",
        broken_rows="""
            SELECT variant.sku, variant.in_stock, coalesce(stock.available, 0) AS available
            FROM catalog_variant variant
            LEFT JOIN (
                SELECT variant_id, sum(on_hand - reserved) AS available
                FROM inventory_stockitem GROUP BY variant_id
            ) stock ON stock.variant_id = variant.id
            WHERE variant.deleted_at IS NULL
              AND variant.in_stock <> (coalesce(stock.available, 0) > 0)
        """,
    ),
    Invariant(
        id="I1",
        promise="stock belongs to the store of its variant and of its warehouse",
        broken_rows="""
            SELECT item.public_id AS stock FROM inventory_stockitem item
            JOIN catalog_variant variant ON variant.id = item.variant_id
            JOIN inventory_warehouse warehouse ON warehouse.id = item.warehouse_id
            WHERE item.store_id <> variant.store_id OR item.store_id <> warehouse.store_id
        """,
    ),
    Invariant(
        id="I8",
        promise="no reservation is active five minutes past its time",
        broken_rows="""
            SELECT public_id AS reservation, reference, expires_at FROM inventory_reservation
            WHERE state = 'active' AND expires_at < now() - interval '5 minutes'
        """,
    ),
]
