"""What of orders staff have to look at."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from apps.accounts.scopes import Scope
from apps.core.inbox_kinds import Fix, Kind
from apps.orders import services
from apps.orders.attention import Attention
from apps.orders.models import Order


def _flagged(rows: QuerySet[Order], now: datetime) -> QuerySet[Order]:
    """What is held for a payment is told of by payments: there is what to do about it."""
    flagged = rows.exclude(attention="").exclude(attention=Attention.PAYMENT_HELD)
    return flagged.order_by("public_id")


def _clear(*, store: Any, row: Order, by: Any, now: datetime) -> str:
    services.clear_flag(store=store, order_id=row.public_id, by=by, expected_reason=row.attention)
    return "Nobody has to look at it any more."


KINDS = [
    Kind(
        name="flagged-order",
        title="Orders to look at",
        scope=Scope.READ_ORDERS,
        rows=Order.objects.for_store,
        wrong=_flagged,
        since="updated_at",
        about="number",
        why="attention",
        told="It was flagged: {why}.",
        page="orders_order",
        fixes=[Fix(name="clear", label="I have looked", scope=Scope.WRITE_ORDERS, act=_clear)],
    ),
]
