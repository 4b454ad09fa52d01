"""How the shop is doing, as far as somebody may know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from apps.accounts.scopes import Scope
from apps.backoffice import queries
from apps.backoffice.blocks import (
    Conversion,
    Count,
    Dashboard,
    Payments,
    Pipeline,
    Selling,
    Stock,
)
from apps.backoffice.periods import CHART_DAYS, Calendar
from apps.backoffice.sales import by_day, compared
from apps.core.access import holds
from apps.core.spans import Span
from apps.events.models import Delivery
from apps.inventory.models import Reservation
from apps.orders.models import Cart, Order
from apps.orders.transitions import OrderState
from apps.payments.models import Payment
from apps.stores.models import Store

DEAD_DAYS = 90
FAILED_DAYS = 7

Rows = dict[str, QuerySet[Any] | queries.Apart]
Counts = dict[str, Count]


@dataclass(frozen=True)
class Asked:
    """Whose numbers, for whom, and at what moment."""

    store: Store
    caller: Any
    calendar: Calendar


def read_dashboard(*, store: Store, caller: Any, now: datetime) -> Dashboard:
    """This function will read what somebody may know of a store, in at most seven statements."""
    asked = Asked(store, caller, Calendar.at(now, time_zone=store.time_zone))
    blocks = [block for block in _BLOCKS if holds(caller, block.scope)]
    counted: Rows = {}
    for block in blocks:
        counted |= block.counted(asked)
    found = {name: Count(found=found) for name, found in queries.counts(counted).items()}
    read = {block.name: block.read(asked, found) for block in blocks}
    return Dashboard(calendar=asked.calendar, **read)


def _orders_and_carts(asked: Asked) -> Rows:
    orders = Order.objects.for_store(asked.store)
    carts = Cart.objects.for_store(asked.store)
    span = asked.calendar.last(CHART_DAYS)
    begun = carts.filter(created_at__gte=span.since, created_at__lt=span.until)
    states = {f"order {one}": orders.filter(state=one).values("state") for one in OrderState.values}
    return {**states, "cart": queries.Apart(begun.order_by("-created_at").values("state"))}


def _selling(asked: Asked, found: Counts) -> Selling:
    store, calendar = asked.store, asked.calendar
    knows_refunds = holds(asked.caller, Scope.READ_PAYMENTS)
    buckets, is_all = queries.sales_between(
        store=store, edges=calendar.edges(), with_money_back=knows_refunds
    )
    span = calendar.last(CHART_DAYS)
    return Selling(
        comparisons=compared(buckets, calendar=calendar, currency=store.currency),
        days=by_day(buckets, calendar=calendar, currency=store.currency),
        is_all=is_all,
        knows_refunds=knows_refunds,
        states=tuple((state, found[f"order {state}"]) for state in OrderState.values),
        carts=Conversion(
            span=span,
            ordered=found.get("cart ordered", Count(found=0)),
            left=found.get("cart open", Count(found=0)),
        ),
        best=tuple(queries.best_sellers(store=store, span=span)),
    )


def _reservations(asked: Asked) -> Rows:
    held = Reservation.objects.for_store(asked.store)
    overdue = held.expired(now=asked.calendar.now)
    return {"held": held.active().values("expires_at"), "overdue": overdue.values("expires_at")}


def _stock(asked: Asked, found: Counts) -> Stock:
    since = asked.calendar.now - timedelta(days=DEAD_DAYS)
    low = queries.low_stock(store=asked.store)
    dead = queries.dead_stock(store=asked.store, since=since)
    return Stock(
        low=tuple(low[: queries.SHOWN]),
        low_count=Count(found=len(low), most=queries.MOST_LISTED),
        dead=tuple(dead[: queries.SHOWN]),
        dead_count=Count(found=len(dead), most=queries.MOST_LISTED),
        dead_days=DEAD_DAYS,
        held=found["held"],
        overdue=found["overdue"],
    )


def _days_of_failures(asked: Asked) -> Span:
    return Span(asked.calendar.midnight(FAILED_DAYS - 1), asked.calendar.now)


def _failures(asked: Asked) -> Rows:
    span = _days_of_failures(asked)
    failed = Payment.objects.filter(store=asked.store, state=Payment.State.FAILED)
    of_span = failed.filter(created_at__gte=span.since, created_at__lt=span.until)
    return {"failed": of_span.values("created_at")}


def _payments(asked: Asked, found: Counts) -> Payments:
    return Payments(failed=found["failed"], span=_days_of_failures(asked), days=FAILED_DAYS)


def _deliveries(asked: Asked) -> Rows:
    own = Delivery.objects.filter(event__store=asked.store.public_id)
    return {"waiting": own.pending().values("event"), "dead": own.dead().values("event")}


def _pipeline(asked: Asked, found: Counts) -> Pipeline:
    return Pipeline(
        waiting=found["waiting"],
        dead=found["dead"],
        oldest=queries.oldest_waiting(store=asked.store),
        events=tuple(queries.latest_events(store=asked.store)),
    )


@dataclass(frozen=True)
class _Block:
    name: str
    scope: Scope
    counted: Callable[[Asked], Rows]  # what of it is counted, together with that of the others
    read: Callable[[Asked, Counts], Any]


_BLOCKS = (
    _Block("selling", Scope.READ_ORDERS, _orders_and_carts, _selling),
    _Block("stock", Scope.READ_STOCK, _reservations, _stock),
    _Block("payments", Scope.READ_PAYMENTS, _failures, _payments),
    _Block("pipeline", Scope.READ_EVENTS, _deliveries, _pipeline),
)
