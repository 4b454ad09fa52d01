"""What somebody has counted."""

from dataclasses import dataclass
from enum import StrEnum

from apps.catalog.models import Variant
from apps.inventory.errors import BelowReserved, InvalidQuantity, StockChanged
from apps.inventory.models import MOST_ON_HAND, StockItem, Warehouse


@dataclass(frozen=True, kw_only=True)
class StockCount:
    """How many of a variant there are in a warehouse (`None`: the default one), and how many the
    one who counted believed there to be."""

    variant: Variant
    warehouse: Warehouse | None
    quantity: int
    expected: int

    def require_possible(self, item: StockItem) -> None:
        """This function will compare the count with the row it is of, which is locked.

        Raises:
            InvalidQuantity: below zero, or more than a warehouse can hold.
            StockChanged: it is not, any more, what the one who counted believed.
            BelowReserved: more has been promised to buyers than would be left.
        """
        if not 0 <= self.quantity <= MOST_ON_HAND:
            raise InvalidQuantity
        if item.on_hand != self.expected:
            raise StockChanged(expected_on_hand=self.expected, on_hand=item.on_hand)
        if self.quantity < item.reserved:
            raise BelowReserved(quantity=self.quantity, reserved=item.reserved)


class CountResult(StrEnum):
    """What became of a count."""

    CHANGED = "changed"
    CONFIRMED = "confirmed"
    REPEATED = "done before"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class CountOutcome:
    """What became of a count, how many are on record now, and why it was refused if it was."""

    count: StockCount
    result: CountResult
    on_hand: int
    reason: str = ""
