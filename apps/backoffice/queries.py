"""Reads of many rows for the dashboard: each has a bound, and an index that serves it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from apps.backoffice.sales import Bucket, Kind
from apps.core.money import Money
from apps.core.spans import Span
from apps.events.models import Delivery, OutboxEvent
from apps.inventory.models import StockItem
from apps.inventory.queries import unsold
from apps.orders.models import Order, OrderLine, PastReturn
from apps.orders.transitions import PAID_FOR
from apps.payments.models import Refund
from apps.stores.models import Store

# Whoever sells more in sixty days is told that only the latest are counted.
MOST_SALES = 200_000
# Best sellers are of so many orders, the latest.
MOST_LOOKED_INTO = 5_000
# Other numbers go no further, like the lists behind them: "10,000+".
MOST_COUNTED = 10_000
MOST_LISTED = 100
SHOWN = 6

_BUCKETS = """
SELECT kind, width_bucket(at, %s::timestamptz[]), count(*), sum(amount) FROM ({parts}) AS moved
GROUP BY 1, 2
"""
_PART = "SELECT '{kind}' AS kind, {kind}.* FROM ({rows}) AS {kind} (at, amount)"

_TOGETHER = "SELECT %s::text, count(*) FROM ({rows}) AS counted"
_APART = (
    "SELECT concat(%s::text, ' ', value), count(*) FROM ({rows}) AS counted (value) GROUP BY value"
)

_BEST = """
SELECT variant.id, variant.sku, product.id, product.title, best.quantity, best.amount
FROM (
    SELECT line.variant_id, sum(line.quantity) AS quantity, sum(line.line_total_amount) AS amount
    FROM ({orders}) AS sold (id) CROSS JOIN LATERAL (
        -- OFFSET keeps the planner from reading all lines there are.
        SELECT * FROM {lines} WHERE order_id = sold.id OFFSET 0
    ) AS line
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
) AS best
JOIN catalog_variant AS variant ON variant.id = best.variant_id
JOIN catalog_product AS product ON product.id = variant.product_id
ORDER BY best.quantity DESC, variant.id
"""


@dataclass(frozen=True, kw_only=True)
class BestSeller:
    """A variant, and how much of it was sold."""

    variant: int
    sku: str
    product: int
    title: str
    quantity: int
    money: Money


def _sql_of(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    sql, parameters = rows.query.sql_with_params()
    return sql, tuple(parameters)


def _rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def sales_between(
    *, store: Store, edges: Sequence[datetime], with_money_back: bool
) -> tuple[list[Bucket], bool]:
    """This function will add up what was sold, and given back, between one edge and the next, in
    the store's currency and in one statement.

    Returns whether that is all: of each kind the latest `MOST_SALES` are read.
    """
    span = {"since": edges[0], "until": edges[-1]}
    parts: dict[Kind, QuerySet[Any]] = {
        "sold": Order.objects.for_store(store).sold(**span).values_list("paid_at", "total_amount")
    }
    if with_money_back:
        refunds = Refund.objects.filter(store=store).of_sales(**span)
        returns = PastReturn.objects.for_store(store).of_sales(**span)
        parts["refunded"] = refunds.values_list("succeeded_at", "amount")
        parts["returned"] = returns.values_list("returned_at", "amount")
    sql, parameters = [], [list(edges)]
    for kind, rows in parts.items():
        latest = rows.filter(currency=store.currency).order_by(f"-{_TIMES[kind]}")[:MOST_SALES]
        part, values = _sql_of(latest)
        sql.append(_PART.format(kind=kind, rows=part))
        parameters.extend(values)
    buckets = [
        Bucket(kind=kind, start=edges[place - 1], count=count, amount=amount)
        for kind, place, count, amount in _rows(
            _BUCKETS.format(parts=" UNION ALL ".join(sql)), parameters
        )
    ]
    sold = sum(one.count for one in buckets if one.kind == "sold")
    return buckets, sold < MOST_SALES


_TIMES: dict[Kind, str] = {
    "sold": "paid_at",
    "refunded": "succeeded_at",
    "returned": "returned_at",
}


@dataclass(frozen=True)
class Apart:
    """Rows with one column, each of whose values is counted apart: "<name> <value>"."""

    rows: QuerySet[Any]


def counts(
    rows: Mapping[str, QuerySet[Any] | Apart], *, most: int = MOST_COUNTED
) -> dict[str, int]:
    """This function will count several sets of rows in one statement, each up to one more than
    `most`. Each selects the columns of the index that it is counted by. A value that no row has is
    not among those counted apart."""
    if not rows:
        return {}
    sql, parameters = [], []
    for name, some in rows.items():
        if isinstance(some, Apart):
            part, values = _sql_of(some.rows[:most])
            sql.append(_APART.format(rows=part))
        else:
            part, values = _sql_of(some.order_by()[: most + 1])
            sql.append(_TOGETHER.format(rows=part))
        parameters += [name, *values]
    return dict(_rows(" UNION ALL ".join(sql), parameters))


def best_sellers(*, store: Store, span: Span) -> list[BestSeller]:
    """This function will return what was sold most in the latest `MOST_LOOKED_INTO` orders of a
    span, the most first; what was canceled or wholly refunded is not among them."""
    sold = Order.objects.for_store(store).sold(since=span.since, until=span.until)
    kept = sold.filter(currency=store.currency, state__in=PAID_FOR)
    latest = kept.order_by("-paid_at").values_list("pk")[:MOST_LOOKED_INTO]
    orders, parameters = _sql_of(latest)
    sql = _BEST.format(orders=orders, lines=OrderLine._meta.db_table)
    return [
        BestSeller(
            variant=variant,
            sku=sku,
            product=product,
            title=title,
            quantity=quantity,
            money=Money(Decimal(amount), store.currency),
        )
        for variant, sku, product, title, quantity, amount in _rows(sql, [*parameters, SHOWN])
    ]


def low_stock(*, store: Store) -> list[StockItem]:
    """This function will return stock that runs low, the least first, one above `MOST_LISTED` at
    most."""
    low = StockItem.objects.for_store(store).low().described().select_related("variant__product")
    return list(low.order_by(F("on_hand") - F("reserved"), "pk")[: MOST_LISTED + 1])


def dead_stock(*, store: Store, since: datetime) -> list[StockItem]:
    """This function will return stock of which nothing was sold since, the most first, one above
    `MOST_LISTED` at most."""
    dead = unsold(StockItem.objects.for_store(store), since=since).described()
    return list(dead.order_by("-on_hand", "pk")[: MOST_LISTED + 1])


def oldest_waiting(*, store: Store) -> datetime | None:
    """This function will return when the oldest event was published that somebody has yet to hear
    of."""
    waiting = Delivery.objects.pending().filter(event__store=store.public_id).order_by("event")
    return waiting.values_list("event__created_at", flat=True).first()


def latest_events(*, store: Store) -> list[OutboxEvent]:
    """This function will return what happened last, the latest first."""
    events = OutboxEvent.objects.of_store(store.public_id).defer("payload", "origin")
    return list(events.order_by("-position", "-pk")[:SHOWN])
