"""Adding up what was sold and what was given back. No database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from apps.backoffice.periods import LENGTHS, Calendar
from apps.core.money import Money
from apps.core.spans import Span

# Orders; refunds of ours; returns that another shop gave money for before this one.
Kind = Literal["sold", "refunded", "returned"]


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """What happened between one edge of the calendar and the next, added up."""

    start: datetime
    kind: Kind
    count: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Sales:
    """What was sold in a span of time."""

    span: Span
    orders: int
    gross: Money
    refunded: Money
    returned: Money

    @property
    def revenue(self) -> Money:
        """What was sold, less what was given back meanwhile. It can be below zero."""
        return self.gross - self.refunded - self.returned

    @property
    def average(self) -> Money | None:
        """What an order is worth, before anything of it goes back; nothing without orders."""
        if not self.orders:
            return None
        return Money(self.gross.amount / self.orders, self.gross.currency).rounded()


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """So many days, and as many before."""

    days: int
    now: Sales
    before: Sales

    @property
    def orders_change(self) -> int | None:
        """By how many per cent there were more orders."""
        return change(Decimal(self.now.orders), Decimal(self.before.orders))

    @property
    def revenue_change(self) -> int | None:
        """By how many per cent the revenue was higher."""
        return change(self.now.revenue.amount, self.before.revenue.amount)

    @property
    def gross_change(self) -> int | None:
        """By how many per cent more was sold, whatever went back."""
        return change(self.now.gross.amount, self.before.gross.amount)

    @property
    def average_change(self) -> int | None:
        """By how many per cent an order was worth more."""
        if self.now.average is None or self.before.average is None:
            return None
        return change(self.now.average.amount, self.before.average.amount)


def change(now: Decimal, before: Decimal) -> int | None:
    """This function will return 100 * (now - before) / before, rounded half up; nothing can be
    compared with nothing, or with less."""
    if before <= 0:
        return None
    return int((100 * (now - before) / before).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def sales_in(buckets: Iterable[Bucket], *, span: Span, currency: str) -> Sales:
    """This function will add up the buckets of a span, whose ends are edges of the calendar."""
    within = [one for one in buckets if span.since <= one.start < span.until]

    def amount(kind: Kind) -> Money:
        parts = (one.amount for one in within if one.kind == kind)
        return Money(sum(parts, start=Decimal(0)), currency)

    return Sales(
        span=span,
        orders=sum(one.count for one in within if one.kind == "sold"),
        gross=amount("sold"),
        refunded=amount("refunded"),
        returned=amount("returned"),
    )


def compared(buckets: list[Bucket], *, calendar: Calendar, currency: str) -> tuple[Comparison, ...]:
    """This function will compare each length of time with the same before."""
    return tuple(
        Comparison(
            days=days,
            now=sales_in(buckets, span=calendar.last(days), currency=currency),
            before=sales_in(buckets, span=calendar.before(days), currency=currency),
        )
        for days in LENGTHS
    )


def by_day(buckets: list[Bucket], *, calendar: Calendar, currency: str) -> tuple[Sales, ...]:
    """This function will add up each day of the chart."""
    return tuple(sales_in(buckets, span=day, currency=currency) for day in calendar.days())
