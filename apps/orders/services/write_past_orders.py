"""Orders that were placed elsewhere, years ago perhaps."""

from collections.abc import Iterator, Sequence
from typing import Any

from apps.catalog import services as catalog
from apps.core.bulk_inserts import insert_values
from apps.core.constraints import refined
from apps.core.ids import uuid7, uuid7_at
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor, actor_reference
from apps.inventory.past import PastMovement
from apps.orders.addresses import snapshot
from apps.orders.errors import OrderNumberTaken
from apps.orders.models import Order, OrderLine, OrderTransition
from apps.orders.numbers import new_number
from apps.orders.past import PastOrder
from apps.orders.past_errors import OrderImportedAlready
from apps.orders.past_events import OrderImported
from apps.orders.transitions import ALL_GONE, NOTHING, SALES, OrderState
from apps.stores.models import Store

_LINE_COLUMNS = [
    "public_id",
    "created_at",
    "order_id",
    "variant_id",
    "position",
    "sku",
    "title",
    "variant_title",
    "quantity",
    "shipped_quantity",
    "currency",
    "unit_price_amount",
    "line_total_amount",
]


@requires_transaction
def write_past_orders(
    *, store: Store, source: str, orders: Sequence[PastOrder], by: Actor
) -> list[Order]:
    """This function will write orders of another shop with their lines and history, in a few
    statements. How stock moved is left to the caller (`sales_of`).

    Returns them in the order given.

    Raises:
        OrderImportedAlready: one is known from this source; nothing was written.
        OrderNumberTaken: a number that was made up is another order's; nothing was written.
        ProductUnavailable: a product was deleted meanwhile.
    """
    if not orders:
        return []
    numbers = _numbers(store, len(orders))
    rows = [
        _order(store, source, past, number) for past, number in zip(orders, numbers, strict=True)
    ]
    refusals = {
        "order_imported_once": OrderImportedAlready,
        "order_number_once_in_store": OrderNumberTaken,
    }
    with refined(refusals):
        Order.objects.bulk_create(rows, batch_size=1_000)
    pairs = list(zip(rows, orders, strict=True))
    insert_values(table=OrderLine._meta.db_table, columns=_LINE_COLUMNS, rows=_lines(pairs))
    actor = actor_reference(by)
    OrderTransition.objects.bulk_create(
        OrderTransition(
            order=row, from_state=NOTHING, to_state=row.state, actor=actor, created_at=row.placed_at
        )
        for row in rows
    )
    _record_first_sales(store, orders, by=by)
    facts = [_fact(row, past) for row, past in pairs]
    events.publish(*facts, store=store, by=by)
    return rows


def _numbers(store: Store, count: int) -> list[str]:
    """As many free numbers. One in some hundred million is taken."""
    numbers: set[str] = set()
    while len(numbers) < count:
        fresh = {new_number() for _ in range(count - len(numbers))}
        taken = Order.objects.for_store(store).filter(number__in=fresh)
        numbers |= fresh - set(taken.values_list("number", flat=True))
    return list(numbers)


def _order(store: Store, source: str, past: PastOrder, number: str) -> Order:
    was_paid = past.state in SALES
    at = past.placed_at
    return Order(
        public_id=uuid7_at(at),
        store=store,
        source=source,
        external_number=past.external_number,
        number=number,
        customer=past.customer,
        state=past.state,
        currency=store.currency,
        subtotal_amount=past.subtotal,
        discount_amount=past.discount,
        shipping_amount=past.shipping,
        tax_amount=past.tax,
        total_amount=past.total,
        prices_include_tax=past.prices_include_tax,
        tax_rate=past.tax_rate,
        shipping_address=snapshot(past.shipping_address),
        placed_at=at,
        expires_at=at,
        # When these were is not known: not before the order, and not after it came here.
        paid_at=at if was_paid else None,
        shipped_at=at if past.state in ALL_GONE else None,
        delivered_at=at if past.state == OrderState.DELIVERED else None,
        canceled_at=at if past.state == OrderState.CANCELED else None,
        refunded_at=at if past.state == OrderState.REFUNDED else None,
    )


def _lines(pairs: Sequence[tuple[Order, PastOrder]]) -> Iterator[tuple[Any, ...]]:
    for row, past in pairs:
        has_left = past.state in ALL_GONE
        for position, line in enumerate(past.lines):
            yield (
                uuid7(),
                row.created_at,
                row.pk,
                line.variant.pk,
                position,
                line.variant.sku,
                line.title,
                line.variant.title,
                line.quantity,
                line.quantity if has_left else 0,
                row.currency,
                line.unit_price,
                line.total,
            )


def sales_of(rows: Sequence[Order], orders: Sequence[PastOrder]) -> Iterator[PastMovement]:
    """This function will tell what left the shelves for the orders that were written."""
    for row, past in zip(rows, orders, strict=True):
        if row.state not in SALES:
            continue
        for line in past.lines:
            if line.moves_stock:
                yield PastMovement(
                    variant_id=line.variant.pk,
                    kind="past_sale",
                    quantity=-line.quantity,
                    moved_at=past.placed_at,
                    reference=row.public_id,
                )


def _record_first_sales(store: Store, orders: Sequence[PastOrder], *, by: Actor) -> None:
    sold = [past for past in orders if past.state in SALES]
    products = {line.variant.product for past in sold for line in past.lines}
    if unsold := {product.pk for product in products if product.first_sold_at is None}:
        first = min(past.placed_at for past in sold)
        catalog.record_first_sale(store=store, product_ids=unsold, now=first, by=by)
        for product in products:
            product.first_sold_at = product.first_sold_at or first


def _fact(row: Order, past: PastOrder) -> OrderImported:
    return OrderImported.of(
        row,
        source=row.source,
        external_number=row.external_number,
        state=row.state,
        placed_at=past.placed_at,
        total=row.total,
    )
