"""The only place where stock numbers change.

Each function is one statement that writes the numbers together with the rows that account for
them, reservations or movements, so that the two cannot come apart. Callers hold the row locks;
`hold` alone takes them itself, for those who have read without.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from apps.core.constraints import refined
from apps.core.ids import uuid7
from apps.events.actors import Actor, actor_reference
from apps.inventory.errors import StockOpened, TooMuchStock
from apps.inventory.models import Reservation, StockItem, StockMovement, Warehouse
from apps.stores.models import Store

_HOLD = """
WITH seen AS (
    SELECT * FROM unnest(%(items)s::bigint[], %(versions)s::int[], %(quantities)s::int[],
                         %(public_ids)s::uuid[]) AS row(id, version, quantity, public_id)
), unchanged AS MATERIALIZED (
    SELECT item.id FROM inventory_stockitem AS item JOIN seen USING (id, version)
    ORDER BY item.id FOR NO KEY UPDATE OF item
), held AS (
    UPDATE inventory_stockitem AS item
    SET reserved = item.reserved + seen.quantity, version = item.version + 1,
        updated_at = %(now)s
    FROM seen
    WHERE item.id = seen.id AND seen.quantity > 0
      AND (SELECT count(*) FROM unchanged) = cardinality(%(items)s::bigint[])
    RETURNING item.id
)
INSERT INTO inventory_reservation (public_id, created_at, store_id, stock_item_id, reference,
                                   quantity, state, expires_at)
SELECT seen.public_id, %(now)s, %(store)s, held.id, %(reference)s, seen.quantity, 'active',
       %(expires_at)s
FROM held JOIN seen USING (id) ORDER BY held.id
RETURNING id, public_id, stock_item_id
"""

_RELEASE = """
WITH settled AS (
    UPDATE inventory_reservation SET state = 'released'
    WHERE id = ANY(%(reservations)s) AND state = 'active'
    RETURNING stock_item_id, quantity
), freed AS (
    SELECT stock_item_id AS id, sum(quantity) AS quantity FROM settled GROUP BY stock_item_id
)
UPDATE inventory_stockitem AS item
SET reserved = item.reserved - freed.quantity, version = item.version + 1, updated_at = %(now)s
FROM freed WHERE item.id = freed.id
"""

_SELL = """
WITH settled AS (
    UPDATE inventory_reservation SET state = 'committed'
    WHERE id = ANY(%(reservations)s) AND state = 'active'
    RETURNING id, stock_item_id, quantity, reference
), sold AS (
    UPDATE inventory_stockitem AS item
    SET on_hand = item.on_hand - settled.quantity, reserved = item.reserved - settled.quantity,
        version = item.version + 1, updated_at = %(now)s
    FROM settled WHERE item.id = settled.stock_item_id
    RETURNING item.id, item.store_id, item.on_hand
)
INSERT INTO inventory_stockmovement (public_id, created_at, store_id, stock_item_id, kind,
                                     quantity, on_hand_after, reference, actor, note)
SELECT fresh.public_id, %(now)s, sold.store_id, sold.id, 'sold', -settled.quantity, sold.on_hand,
       settled.reference, %(actor)s, ''
FROM settled
JOIN sold ON sold.id = settled.stock_item_id
JOIN unnest(%(reservations)s::bigint[], %(public_ids)s::uuid[]) AS fresh(id, public_id)
     ON fresh.id = settled.id
ORDER BY settled.id
"""

_MOVE = """
WITH change AS (
    SELECT * FROM unnest(%(items)s::bigint[], %(quantities)s::int[], %(public_ids)s::uuid[],
                         %(notes)s::text[]) AS row(id, quantity, public_id, note)
), moved AS (
    UPDATE inventory_stockitem AS item
    SET on_hand = item.on_hand + change.quantity, version = item.version + 1,
        updated_at = %(now)s
    FROM change WHERE item.id = change.id
    RETURNING item.id, item.store_id, item.on_hand
)
INSERT INTO inventory_stockmovement (public_id, created_at, store_id, stock_item_id, kind,
                                     quantity, on_hand_after, reference, actor, note)
SELECT change.public_id, %(now)s, moved.store_id, moved.id, %(kind)s, change.quantity,
       moved.on_hand, %(reference)s, %(actor)s, change.note
FROM moved JOIN change USING (id) ORDER BY moved.id
"""

_OPEN = """
WITH fresh AS (
    SELECT * FROM unnest(%(variants)s::bigint[], %(quantities)s::int[], %(public_ids)s::uuid[],
                         %(movements)s::uuid[])
    AS row(variant_id, quantity, public_id, movement_id)
), opened AS (
    INSERT INTO inventory_stockitem (public_id, created_at, updated_at, version, store_id,
                                     variant_id, warehouse_id, on_hand, reserved)
    SELECT public_id, %(now)s, %(now)s, 1, %(store)s, variant_id, %(warehouse)s, quantity, 0
    FROM fresh ORDER BY variant_id
    RETURNING id, variant_id
)
INSERT INTO inventory_stockmovement (public_id, created_at, store_id, stock_item_id, kind,
                                     quantity, on_hand_after, reference, actor, note)
SELECT fresh.movement_id, %(now)s, %(store)s, opened.id, 'received', fresh.quantity,
       fresh.quantity, %(reference)s, %(actor)s, %(note)s
FROM opened JOIN fresh USING (variant_id) ORDER BY opened.id
"""


class StaleStock(Exception):
    """A row has changed since it was read. Nothing was written: read again."""


def hold(
    *,
    store: Store,
    seen: Sequence[StockItem],
    taken: Mapping[int, int],
    reference: UUID,
    expires_at: datetime,
) -> list[Reservation]:
    """This function will reserve what is `taken` (row key to quantity) from the rows `seen`.

    All rows that the decision rests on are compared by version, locked in primary-key order.
    Those that were taken from then show it.

    Raises:
        StaleStock: one of them is no longer what was seen.
    """
    now = timezone.now()
    parameters: dict[str, Any] = {
        "items": [item.pk for item in seen],
        "versions": [item.version for item in seen],
        "quantities": [taken.get(item.pk, 0) for item in seen],
        "public_ids": [uuid7() for _ in seen],
        "store": store.pk,
        "reference": reference,
        "expires_at": expires_at,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, parameters)
        written = cursor.fetchall()
    if not written:
        raise StaleStock
    items = {item.pk: item for item in seen}
    reservations = []
    for pk, public_id, item_id in written:
        item = items[item_id]
        item.reserved += taken[item_id]
        _touch(item, now)
        reservations.append(
            Reservation(
                pk=pk,
                public_id=public_id,
                created_at=now,
                store=store,
                stock_item=item,
                reference=reference,
                quantity=taken[item_id],
                expires_at=expires_at,
            )
        )
    return reservations


def release(*, reservations: Collection[Reservation]) -> None:
    """This function will give the goods of active reservations back to be promised again."""
    parameters: dict[str, Any] = {
        "reservations": [row.pk for row in reservations],
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, parameters)


def sell(*, reservations: Collection[Reservation], by: Actor) -> None:
    """This function will take the goods of active reservations out of the warehouses."""
    parameters: dict[str, Any] = {
        "reservations": [row.pk for row in reservations],
        "public_ids": [uuid7() for _ in reservations],
        "actor": actor_reference(by),
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SELL, parameters)


def move(
    *,
    changes: Mapping[StockItem, int],
    kind: StockMovement.Kind,
    by: Actor,
    reference: UUID | None = None,
    note: str = "",
    notes: Mapping[StockItem, str] | None = None,
) -> None:
    """This function will add a signed quantity to what each row has on hand; the rows show it.

    `notes` are for rows that have another note than all the others.

    Raises:
        TooMuchStock: a row would hold more than `MOST_ON_HAND`.
    """
    now = timezone.now()
    parameters: dict[str, Any] = {
        "items": [item.pk for item in changes],
        "quantities": list(changes.values()),
        "public_ids": [uuid7() for _ in changes],
        "kind": kind,
        "reference": reference,
        "actor": actor_reference(by),
        "notes": [(notes or {}).get(item, note) for item in changes],
        "now": now,
    }
    with refined({"on_hand_within_bounds": TooMuchStock}), connection.cursor() as cursor:
        cursor.execute(_MOVE, parameters)
    for item, quantity in changes.items():
        item.on_hand += quantity
        _touch(item, now)


def open_with(
    *,
    warehouse: Warehouse,
    quantities: Mapping[int, int],
    by: Actor,
    reference: UUID | None = None,
    note: str = "",
) -> dict[int, UUID]:
    """This function will make rows of variants (primary keys) that a warehouse has received and
    never had before; their public ids.

    Raises:
        StockOpened: it had one of them meanwhile.
    """
    items = {variant: uuid7() for variant in quantities}
    parameters: dict[str, Any] = {
        "variants": list(quantities),
        "quantities": list(quantities.values()),
        "public_ids": list(items.values()),
        "movements": [uuid7() for _ in quantities],
        "store": warehouse.store_id,
        "warehouse": warehouse.pk,
        "reference": reference,
        "actor": actor_reference(by),
        "note": note,
        "now": timezone.now(),
    }
    opened = {"stock_once_for_variant_and_warehouse": StockOpened}
    with refined(opened), connection.cursor() as cursor:
        cursor.execute(_OPEN, parameters)
    return items


def _touch(item: StockItem, now: datetime) -> None:
    item.version += 1
    item.updated_at = now
