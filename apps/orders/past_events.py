"""What orders announces of what happened elsewhere, before the shop moved here."""

from dataclasses import dataclass
from datetime import datetime

from apps.core.money import Money
from apps.events.event import Event
from apps.orders.events import OrderEvent


@dataclass(frozen=True, kw_only=True)
class OrderImported(OrderEvent):
    """An order that was placed elsewhere is known here, in the state that it had come to.

    It is none of `order.placed`, `order.paid` and what follows: nothing was reserved, charged or
    sent, and nobody is written to. `external_number` is its number at the `source`.
    """

    name = "order.imported"

    source: str
    external_number: str
    state: str
    placed_at: datetime
    total: Money


@dataclass(frozen=True, kw_only=True)
class OrderReturnedBefore(OrderEvent):
    """All of an order that was placed elsewhere came back there."""

    name = "order.returned_before"


@dataclass(frozen=True, kw_only=True)
class OrderWithdrawn(OrderEvent):
    """The import of an order was taken back: it was none."""

    name = "order.withdrawn"


@dataclass(frozen=True, kw_only=True)
class PastReturnImported(Event):
    """So many lines of a credit that another shop gave are known here."""

    name = "past_return.imported"
    aggregate_type = "past_return"

    source: str
    external_number: str
    lines: int


@dataclass(frozen=True, kw_only=True)
class PastReturnWithdrawn(Event):
    """The import of such a credit was taken back."""

    name = "past_return.withdrawn"
    aggregate_type = "past_return"

    source: str
    external_number: str
