"""What inventory tells the others. A reservation's id is its reference: the order's public id."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, Self, TypedDict
from uuid import UUID

from apps.events.actors import Identified
from apps.events.event import Event


class Sellable(Identified, Protocol):
    """A variant."""

    sku: str


class Place(Protocol):
    """A warehouse."""

    code: str


class Stocked(Identified, Protocol):
    """A stock row."""

    pk: Any
    on_hand: int

    @property
    def variant(self) -> Sellable:
        """What lies there."""

    @property
    def warehouse(self) -> Place:
        """Where it lies."""


class Watched(Stocked, Protocol):
    """A stock row that staff want to hear of in time."""

    @property
    def available(self) -> int:
        """What can still be promised."""

    @property
    def threshold(self) -> int:
        """With how many left it is low."""


class Line(TypedDict):
    """How many of a variant, and where."""

    variant_id: UUID
    sku: str
    warehouse: str
    quantity: int


def lines_of(items: Iterable[Stocked], quantities: Mapping[int, int]) -> list[Line]:
    """This function will describe the rows that `quantities` names by primary key."""
    return [
        Line(
            variant_id=item.variant.public_id,
            sku=item.variant.sku,
            warehouse=item.warehouse.code,
            quantity=quantities[item.pk],
        )
        for item in items
        if item.pk in quantities
    ]


@dataclass(frozen=True, kw_only=True)
class ReservationEvent(Event):
    aggregate_type = "reservation"

    lines: list[Line]


@dataclass(frozen=True, kw_only=True)
class ReservationCreated(ReservationEvent):
    name = "reservation.created"

    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReservationCommitted(ReservationEvent):
    name = "reservation.committed"


@dataclass(frozen=True, kw_only=True)
class ReservationReleased(ReservationEvent):
    name = "reservation.released"


@dataclass(frozen=True, kw_only=True)
class ReservationExpired(Event):
    name = "reservation.expired"
    aggregate_type = "reservation"


@dataclass(frozen=True, kw_only=True)
class ReservationExtended(Event):
    name = "reservation.extended"
    aggregate_type = "reservation"

    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class StockReturned(ReservationEvent):
    name = "stock.returned"


@dataclass(frozen=True, kw_only=True)
class StockEvent(Event):
    """`quantity` was added to what a warehouse has of a variant; `on_hand` is what it has now."""

    aggregate_type = "stock"

    variant_id: UUID
    sku: str
    warehouse: str
    quantity: int
    on_hand: int

    @classmethod
    def of(cls, item: Stocked, *, quantity: int) -> Self:
        """This function will tell of a change that the row already shows."""
        return cls(
            aggregate_id=item.public_id,
            variant_id=item.variant.public_id,
            sku=item.variant.sku,
            warehouse=item.warehouse.code,
            quantity=quantity,
            on_hand=item.on_hand,
        )


@dataclass(frozen=True, kw_only=True)
class StockReceived(StockEvent):
    name = "stock.received"


@dataclass(frozen=True, kw_only=True)
class StockAdjusted(StockEvent):
    name = "stock.adjusted"


@dataclass(frozen=True, kw_only=True)
class StockTransferred(StockEvent):
    """One of the two halves: below zero at the source, above it at the destination."""

    name = "stock.transferred"


@dataclass(frozen=True, kw_only=True)
class StockLow(Event):
    """What can be promised has just sunk to the threshold or below it; it was above before."""

    name = "stock.low"
    aggregate_type = "stock"

    variant_id: UUID
    sku: str
    warehouse: str
    available: int
    threshold: int

    @classmethod
    def of(cls, item: Watched) -> Self:
        """This function will tell of a row that already shows what is left."""
        return cls(
            aggregate_id=item.public_id,
            variant_id=item.variant.public_id,
            sku=item.variant.sku,
            warehouse=item.warehouse.code,
            available=item.available,
            threshold=item.threshold,
        )


@dataclass(frozen=True, kw_only=True)
class StockCounted(Event):
    """So many shelves of a warehouse were counted, and so many of these had another number; those
    whose number had changed meanwhile, or could not be, were left alone."""

    name = "stock.counted"
    aggregate_type = "warehouse"

    warehouse: str
    counted: int
    changed: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class PastMovementsImported(Event):
    """So many movements of another shop were written down for a warehouse, which has as much of
    everything as before."""

    name = "stock.past_imported"
    aggregate_type = "warehouse"

    warehouse: str
    movements: int


@dataclass(frozen=True, kw_only=True)
class StockThresholdChanged(Event):
    """Staff want to hear of it at another number; without one, at the usual number."""

    name = "stock.threshold_changed"
    aggregate_type = "stock"

    sku: str
    warehouse: str
    threshold: int | None


@dataclass(frozen=True, kw_only=True)
class LowStockReported(Event):
    """So many stock rows of a store were low on a day, where the store is."""

    name = "stock.low_reported"
    aggregate_type = "store"

    day: date
    count: int


@dataclass(frozen=True, kw_only=True)
class WarehouseCreated(Event):
    name = "warehouse.created"
    aggregate_type = "warehouse"

    code: str


@dataclass(frozen=True, kw_only=True)
class WarehouseUpdated(Event):
    name = "warehouse.updated"
    aggregate_type = "warehouse"

    code: str


@dataclass(frozen=True, kw_only=True)
class ReservationsSwept(Event):
    """Somebody has had released what was held past its time; the store is what it is about."""

    name = "reservations.swept"
    aggregate_type = "store"

    released: int
