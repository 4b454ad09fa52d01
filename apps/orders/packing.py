"""What goes into a box: goods and quantities, and never a price."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.orders.models import Order, OrderLine, Shipment


@dataclass(frozen=True, kw_only=True)
class Goods:
    """So many of what was ordered."""

    line: OrderLine
    quantity: int


@dataclass(frozen=True, kw_only=True)
class PackingSlip:
    """What lies beside the goods: of one parcel, or of all that has not left yet."""

    order: Order
    shipment: Shipment | None
    goods: Sequence[Goods]

    @property
    def pieces(self) -> int:
        """How many pieces are to be counted."""
        return sum(one.quantity for one in self.goods)


def packing_slip(order: Order, shipment: Shipment | None) -> PackingSlip:
    """This function will list the goods of a parcel; without one, what is left of the order, or
    all of it once nothing is."""
    if shipment is not None:
        held = shipment.lines.select_related("order_line")
        goods = [Goods(line=one.order_line, quantity=one.quantity) for one in held]
    else:
        lines = list(order.lines.all())
        left = [Goods(line=one, quantity=one.left_to_ship) for one in lines if one.left_to_ship]
        goods = left or [Goods(line=one, quantity=one.quantity) for one in lines]
    return PackingSlip(order=order, shipment=shipment, goods=goods)
