"""Counting again what is bought together."""

from collections.abc import Sequence
from typing import Any

import structlog
from django.db import connection, transaction

from apps.core.retries import retry_conflicts
from apps.events import registry
from apps.recommendations.services.learn_co_purchases import MOST_PRODUCTS
from apps.stores.models import Store

log = structlog.get_logger(__name__)

_LEARNER = "recommendations.learn_from_paid_order"
_LOCK = 0x7265_636F  # any number of our own; "reco"
_BATCH = 50_000
_MOST_PASSES = 200
# The difference between what paid orders say and what is known. One statement sees one moment: the
# orders that were learned, each with its delivery marked in the transaction that counted it, and
# the counts. Orders whose delivery is still to come are left to it.
_DIFFERENCES = """
WITH unlearned AS (
    SELECT event.aggregate_id AS public_id
    FROM events_delivery AS delivery
    JOIN events_outboxevent AS event ON event.id = delivery.event_id
    WHERE delivery.subscriber = %(learner)s AND delivery.state <> 'done'
      AND event.name = %(event)s
), bought AS (
    SELECT DISTINCT line.order_id, product.id, product.public_id
    FROM orders_order AS paid
    JOIN orders_orderline AS line ON line.order_id = paid.id
    JOIN catalog_variant AS variant ON variant.id = line.variant_id
    JOIN catalog_product AS product ON product.id = variant.product_id
    WHERE paid.store_id = %(store)s AND paid.paid_at IS NOT NULL
      AND product.store_id = %(store)s
      AND NOT EXISTS (SELECT FROM unlearned WHERE unlearned.public_id = paid.public_id)
), basket AS (
    SELECT order_id, id FROM (
        SELECT order_id, id, row_number() OVER (PARTITION BY order_id ORDER BY public_id) AS place
        FROM bought
    ) AS placed
    WHERE place <= %(most_products)s
), counted AS (
    SELECT one.id AS product_id, other.id AS other_id, count(*) AS count
    FROM basket AS one JOIN basket AS other USING (order_id)
    WHERE other.id <> one.id
    GROUP BY one.id, other.id
), known AS (
    SELECT product_id, other_id, count FROM recommendations_copurchase WHERE store_id = %(store)s
)
SELECT product_id, other_id, coalesce(counted.count, 0) - coalesce(known.count, 0)
FROM counted FULL JOIN known USING (product_id, other_id)
WHERE counted.count IS DISTINCT FROM known.count
ORDER BY product_id, other_id
LIMIT %(batch)s
"""

# Both write what is missing or too much, not what should be there: an order that is learned
# meanwhile is on both sides of the difference. Both lock in the order of `learn_co_purchases`, and
# never in one transaction, so that nobody waits in a circle.
_ADD = """
INSERT INTO recommendations_copurchase AS known (store_id, product_id, other_id, count)
SELECT %(store)s, product_id, other_id, change
FROM unnest(%(products)s::bigint[], %(others)s::bigint[], %(changes)s::int[])
     AS missing(product_id, other_id, change)
ORDER BY product_id, other_id
ON CONFLICT (product_id, other_id) DO UPDATE SET count = known.count + excluded.count
"""
_TAKE = """
WITH locked AS MATERIALIZED (
    SELECT known.id, known.count + change AS left
    FROM recommendations_copurchase AS known
    JOIN unnest(%(products)s::bigint[], %(others)s::bigint[], %(changes)s::int[])
         AS surplus(product_id, other_id, change) USING (product_id, other_id)
    ORDER BY product_id, other_id FOR UPDATE OF known
), kept AS (
    UPDATE recommendations_copurchase AS known SET count = locked.left
    FROM locked WHERE known.id = locked.id AND locked.left > 0
)
DELETE FROM recommendations_copurchase AS known
USING locked WHERE known.id = locked.id AND locked.left <= 0
"""

Difference = tuple[int, int, int]  # product, other, what has to be added


def rebuild_co_purchases(*, store: Store) -> int:
    """This function will make n(p, q) what `learn_co_purchases` would have counted from all paid
    orders of a store, once for each.

    Orders may be learned at any time meanwhile: they wait for nobody for long, and none is lost.
    Two rebuilds of a store never run at once; the second one does nothing. Returns how many
    ordered pairs were wrong.

    Raises:
        UnknownSubscriber: nobody learns under the name we know; nothing is changed.
    """
    corrected = 0
    for _ in range(_MOST_PASSES):
        count = _correct_some(store)
        if not count:
            break
        corrected += count
    if corrected:
        log.info("co_purchases_rebuilt", store=str(store.public_id), pairs=corrected)
    return corrected


@retry_conflicts
@transaction.atomic
def _correct_some(store: Store) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK, store.pk])
        if not cursor.fetchone()[0]:
            return 0
        # It reads every order there is, and no row is locked while it does.
        cursor.execute("SET LOCAL statement_timeout = '60s'")
        cursor.execute(_DIFFERENCES, _question(store))
        differences: list[Difference] = cursor.fetchall()
    missing = [one for one in differences if one[2] > 0]
    if missing:
        return _write(_ADD, store, missing)
    return _write(_TAKE, store, differences) if differences else 0


def _question(store: Store) -> dict[str, Any]:
    return {
        "store": store.pk,
        "learner": _LEARNER,
        # Were it called otherwise by now, what it has yet to learn would be counted twice.
        "event": registry.event_name_of(_LEARNER),
        "most_products": MOST_PRODUCTS,
        "batch": _BATCH,
    }


def _write(statement: str, store: Store, differences: Sequence[Difference]) -> int:
    products, others, changes = zip(*differences, strict=True)
    parameters = {
        "store": store.pk,
        "products": list(products),
        "others": list(others),
        "changes": list(changes),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    return len(differences)
