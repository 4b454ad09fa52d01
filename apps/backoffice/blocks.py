"""The blocks of the dashboard, each for who holds its scope."""

from dataclasses import dataclass
from datetime import datetime

from apps.backoffice.periods import Calendar
from apps.backoffice.queries import MOST_COUNTED, BestSeller
from apps.backoffice.sales import Comparison, Sales
from apps.core.spans import Span
from apps.events.models import OutboxEvent
from apps.inventory.models import StockItem


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many there are, or that there are more than were counted."""

    found: int
    most: int = MOST_COUNTED

    def __str__(self) -> str:
        return f"{self.most:,}+" if self.found > self.most else f"{self.found:,}"

    def __bool__(self) -> bool:
        return self.found > 0


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """What became of the carts that were begun in a span, merged ones apart."""

    span: Span
    ordered: Count
    left: Count

    @property
    def percent(self) -> int | None:
        """How many of a hundred were ordered."""
        carts = self.ordered.found + self.left.found
        return round(100 * self.ordered.found / carts) if carts else None


@dataclass(frozen=True, kw_only=True)
class Selling:
    """Orders and carts."""

    comparisons: tuple[Comparison, ...]
    days: tuple[Sales, ...]
    is_all: bool  # whether all sales of the time were counted
    knows_refunds: bool
    states: tuple[tuple[str, Count], ...]
    carts: Conversion
    best: tuple[BestSeller, ...]


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What runs low, what lies there, and what is held for orders that are not paid."""

    low: tuple[StockItem, ...]
    low_count: Count
    dead: tuple[StockItem, ...]
    dead_count: Count
    dead_days: int
    held: Count
    overdue: Count


@dataclass(frozen=True, kw_only=True)
class Payments:
    """Payments that failed."""

    failed: Count
    span: Span
    days: int


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """What happened, and who has yet to hear of it."""

    waiting: Count
    dead: Count
    oldest: datetime | None
    events: tuple[OutboxEvent, ...]


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """The blocks that somebody may see."""

    calendar: Calendar
    selling: Selling | None = None
    stock: Stock | None = None
    payments: Payments | None = None
    pipeline: Pipeline | None = None
