"""Six weeks of business at the demo shop, told the same way each time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from random import Random

from apps.interchange.demo.tastes import Want, choose_products, rank_wants
from apps.interchange.formats.record import ProductRecord, VariantRecord

DAYS = 42
_SEED = 3
_SETTLED = timedelta(hours=6)  # whatever went wrong with an order has gone wrong by then
_LEFT_MINUTES = (2, 5, 9)  # unpaid, and the stock is still held
_HOURS = range(7, 24)
_HOUR_WEIGHTS = (1, 2, 3, 4, 5, 7, 6, 4, 4, 4, 5, 6, 8, 10, 9, 5, 2)
_SIZES, _SIZE_WEIGHTS = (1, 2, 3, 4, 5), (28, 34, 22, 11, 5)


class Ending(StrEnum):
    """How an order of the demo shop ends, as far as it has ended."""

    UNPAID = "unpaid"
    EXPIRED = "expired"
    DECLINED = "declined"
    CANCELED = "canceled"
    CALLED_OFF = "called off after paying"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"


# Of a hundred orders; the others run their course.
_MISHAPS = (
    (Ending.EXPIRED, 5),
    (Ending.DECLINED, 4),
    (Ending.CANCELED, 3),
    (Ending.CALLED_OFF, 3),
)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody buys something. `basket` holds SKUs and quantities; the time tells visits apart."""

    buyer: int
    placed_at: datetime
    basket: tuple[tuple[str, int], ...]
    ending: Ending
    second_card: bool


def tell_story(records: Sequence[ProductRecord], *, buyers: int, until: datetime) -> list[Visit]:
    """This function will return the visits of the weeks before a time, oldest first.

    Equal arguments give equal visits. Nobody buys more than the opening stock of the records. The
    first buyer is the one whose log-in everybody knows: they have one order of each usual kind.
    """
    return sorted(_Storyteller(records, buyers=buyers).visits(until), key=lambda one: one.placed_at)


class _Storyteller:
    def __init__(self, records: Sequence[ProductRecord], *, buyers: int) -> None:
        self._dice = Random(_SEED)  # noqa: S311 - a story, not a secret
        self._wants = rank_wants(records, dice=self._dice)
        self._left = {one.sku: one.opening_stock for record in records for one in record.variants}
        rooms = sorted({want.room for want in self._wants})
        self._rooms = [self._dice.sample(rooms, 2) for _ in range(buyers)]
        self._others = range(1, buyers)
        self._loyalty = [1 / (place + 3) for place in self._others]

    def visits(self, until: datetime) -> Iterator[Visit]:
        for days_ago in range(DAYS, 0, -1):
            day = (until - timedelta(days=days_ago)).date()
            for _ in range(self._orders_on(day.weekday(), days_ago)):
                (buyer,) = self._dice.choices(self._others, self._loyalty)
                placed_at = datetime.combine(day, self._time_of_day(), tzinfo=until.tzinfo)
                yield self._visit(buyer, placed_at, self._ending(until - placed_at))
        for age in (timedelta(days=19), timedelta(days=2), timedelta(hours=7)):
            yield self._visit(0, until - age, _usual_ending(age))
        for minutes in _LEFT_MINUTES:
            (buyer,) = self._dice.choices(self._others, self._loyalty)
            yield self._visit(buyer, until - timedelta(minutes=minutes), Ending.UNPAID)

    def _orders_on(self, weekday: int, days_ago: int) -> int:
        """The shop grows, and weekends are better."""
        growth = 2 * (1 - days_ago / DAYS)
        return round(3.5 + growth + (weekday >= 5) * 1.5 + self._dice.uniform(-1.5, 1.5))

    def _time_of_day(self) -> time:
        (hour,) = self._dice.choices(_HOURS, _HOUR_WEIGHTS)
        return time(hour, self._dice.randrange(60), self._dice.randrange(60))

    def _ending(self, age: timedelta) -> Ending:
        fate = self._dice.randrange(100)
        for ending, share in _MISHAPS:
            fate -= share
            if fate < 0 and age > _SETTLED:
                return ending
        return _usual_ending(age)

    def _visit(self, buyer: int, placed_at: datetime, ending: Ending) -> Visit:
        (most,) = self._dice.choices(_SIZES, _SIZE_WEIGHTS)
        in_stock = [want for want in self._wants if self._on_shelf(want)]
        chosen = choose_products(in_stock, rooms=self._rooms[buyer], most=most, dice=self._dice)
        return Visit(
            buyer=buyer,
            placed_at=placed_at,
            basket=tuple(self._take(chosen)),
            ending=ending,
            second_card=self._dice.random() < 0.05,
        )

    def _on_shelf(self, want: Want) -> list[VariantRecord]:
        return [one for one in want.record.variants if self._left[one.sku]]

    def _take(self, chosen: Sequence[Want]) -> Iterator[tuple[str, int]]:
        for want in chosen:
            on_shelf = self._on_shelf(want)
            weights = [(place + 1) ** -0.6 for place in range(len(on_shelf))]
            (variant,) = self._dice.choices(on_shelf, weights)
            quantity = min(self._quantity(variant), self._left[variant.sku])
            self._left[variant.sku] -= quantity
            yield variant.sku, quantity

    def _quantity(self, variant: VariantRecord) -> int:
        cheap = variant.price.amount < 20
        (quantity,) = self._dice.choices((1, 2, 4), (60, 30, 10) if cheap else (95, 5, 0))
        return int(quantity)


def _usual_ending(age: timedelta) -> Ending:
    if age > timedelta(hours=80):
        return Ending.DELIVERED
    return Ending.SHIPPED if age > timedelta(hours=30) else Ending.PAID
