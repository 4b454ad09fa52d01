"""All orders of a store, for people with spreadsheets and for other programs."""

from collections.abc import Iterator
from typing import Any

from apps.core.batches import in_batches
from apps.events.actors import Actor
from apps.interchange.formats.csv_text import csv_text
from apps.interchange.services.record_export import record_export
from apps.orders.models import Order
from apps.stores.models import Store

_TIMES = ["placed_at", "paid_at", "shipped_at", "delivered_at", "canceled_at", "refunded_at"]
_MONEY = ["subtotal", "discount", "shipping", "tax", "total"]
COLUMNS = [
    "number",
    "id",
    "state",
    *_TIMES,
    "customer_id",
    "customer_email",
    "country",
    "currency",
    *[f"{name}_amount" for name in _MONEY],
]


def export_orders(*, store: Store, by: Actor) -> Iterator[str]:
    """This function will return a store's orders as CSV, oldest first, piece by piece.

    Memory holds one piece, whatever their number. The act is announced at once; rows are read as
    the pieces are taken.
    """
    record_export(store=store, what="orders", by=by)
    return _pieces(store)


def _pieces(store: Store) -> Iterator[str]:
    yield csv_text([COLUMNS])
    orders = Order.objects.for_store(store).select_related("customer")
    for batch in in_batches(orders, key="public_id"):
        yield csv_text(map(_row, batch))


def _row(order: Order) -> list[Any]:
    return [
        order.number,
        order.public_id,
        order.state,
        *[getattr(order, name) for name in _TIMES],
        order.customer.public_id,
        order.customer.email,
        order.shipping_address.get("country", ""),
        order.currency,
        *[getattr(order, name).rounded().amount for name in _MONEY],
    ]
