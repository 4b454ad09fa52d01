"""What can go wrong with stock, and is expected to."""

from collections.abc import Iterable
from typing import TypedDict

from apps.core.errors import Conflict, Invalid, NotFound


class Shortage(TypedDict):
    """What was asked of one SKU, and what there is."""

    sku: str
    requested: int
    available: int


class OutOfStock(Conflict):
    """Nothing was reserved. `shortages` names every SKU of which there is too little."""

    code = "out_of_stock"
    title = "Not enough in stock"

    def __init__(self, shortages: Iterable[Shortage]) -> None:
        super().__init__(shortages=list(shortages))


class ReservationLost(Conflict):
    """The goods are no longer held under this reference."""

    code = "reservation_lost"
    title = "The reservation has ended"


class StockChanged(Conflict):
    """Somebody, or a sale, has changed the number since it was read."""

    code = "stock_changed"
    title = "The stock has changed meanwhile"

    def __init__(self, *, expected_on_hand: int, on_hand: int) -> None:
        super().__init__(
            f"{on_hand} are on record, not {expected_on_hand}.",
            expected_on_hand=expected_on_hand,
            on_hand=on_hand,
        )


class StockOpened(Conflict):
    """Somebody else has brought the first goods of a variant."""

    code = "stock_opened"
    title = "There is stock of it meanwhile"


class BelowReserved(Conflict):
    """What has been promised cannot be counted away."""

    code = "below_reserved"
    title = "More is reserved than would be left"

    def __init__(self, *, quantity: int, reserved: int) -> None:
        super().__init__(
            f"{reserved} are reserved, more than {quantity}.", quantity=quantity, reserved=reserved
        )


class AlreadyMoved(Conflict):
    """A form that was sent twice is done once."""

    code = "already_moved"
    title = "This was done already"


class WarehouseCodeTaken(Conflict):
    code = "warehouse_code_taken"
    title = "Another warehouse has this code"


class InvalidQuantity(Invalid):
    code = "invalid_quantity"
    title = "Not a quantity that can be moved"


class TooMuchStock(Invalid):
    code = "too_much_stock"
    title = "More than a warehouse can hold"


class CountSheetExpired(Invalid):
    """It is of yesterday, of somebody else, or was never ours."""

    code = "count_sheet_expired"
    title = "This page is too old: open it again, and count what has changed since"


class SameWarehouse(Invalid):
    code = "same_warehouse"
    title = "Goods are transferred between two warehouses"


class NotInStore(NotFound):
    """The SKU or the warehouse is not there, or belongs to another store."""
