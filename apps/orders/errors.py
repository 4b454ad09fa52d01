"""What can go wrong with carts and orders, and is expected to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.conf import settings

from apps.core.errors import Conflict, Invalid, NotFound, Unavailable
from apps.core.money import Money


class CartNotFound(NotFound):
    """The token belongs to no open cart; a new one is made without a token."""

    code = "cart_not_found"
    title = "No open cart has this token"


class CartBusy(Unavailable):
    """The holder's cart was opened and ordered again and again while we looked for it."""

    code = "cart_busy"
    title = "The cart is being changed by another request"


class CartLineNotFound(NotFound):
    """The cart has no such line."""


class AddressNotFound(NotFound):
    """There is no such address, or it is not yours."""


class NotForSale(NotFound):
    """No such variant is for sale in this store."""

    code = "not_for_sale"
    title = "No such variant is for sale"

    def __init__(self, *, references: Sequence[str]) -> None:
        super().__init__(f"Not for sale: {', '.join(references)}.", variants=list(references))


class QuantityTooLarge(Invalid):
    code = "quantity_too_large"
    title = "More of one variant than a cart holds"

    def __init__(self, *, most: int) -> None:
        super().__init__(f"At most {most} of one variant.", most=most)


class CartFull(Conflict):
    code = "cart_full"
    title = "The cart has as many lines as it may have"

    def __init__(self, *, most: int) -> None:
        super().__init__(f"At most {most} lines.", most=most)


class CartEmpty(Conflict):
    code = "cart_empty"
    title = "There is nothing in the cart"


class CartAlreadyOrdered(Conflict):
    """Another tab was faster."""

    code = "cart_already_ordered"
    title = "This cart was already ordered"

    def __init__(self, *, order_id: str, number: str) -> None:
        super().__init__(f"It is order {number}.", order_id=order_id, number=number)


@dataclass(frozen=True, kw_only=True)
class PriceDifference:
    """What somebody believed one thing costs, and what it costs."""

    sku: str
    submitted: Money
    current: Money

    def as_json(self) -> dict[str, Any]:
        """This function will return what a client is told of it."""
        return {
            "sku": self.sku,
            "submitted": self.submitted.as_json(),
            "current": self.current.as_json(),
        }


class PriceChanged(Conflict):
    """The buyer has seen another price than ours: they decide again."""

    code = "price_changed"
    title = "The price has changed"

    def __init__(
        self, *, submitted: Money, current: Money, lines: Sequence[PriceDifference] = ()
    ) -> None:
        extensions: dict[str, Any] = {
            "submitted": submitted.as_json(),
            "current": current.as_json(),
        }
        if lines:
            extensions["lines"] = [one.as_json() for one in lines]
        super().__init__(f"It is {current} now, not {submitted}.", **extensions)

    @classmethod
    def of_lines(cls, lines: Sequence[PriceDifference]) -> "PriceChanged":
        """This function will make the error for unit prices; its own two are those of the first."""
        return cls(submitted=lines[0].submitted, current=lines[0].current, lines=lines)


class OrderTooLarge(Invalid):
    code = "order_too_large"
    title = "The order is worth more than can be written down"


class OrderNotFound(NotFound):
    """There is no such order, or it is not yours."""


class OrderStateConflict(Conflict):
    """The order is in a state from which this cannot be done."""

    code = "order_state_conflict"
    title = "The order's state does not allow this"

    def __init__(self, *, state: str, wanted: str) -> None:
        super().__init__(f"The order is {state}.", state=state, wanted=wanted)


class OrderNotPayable(OrderStateConflict):
    """Only a pending order is paid."""

    code = "order_not_payable"
    title = "The order cannot be paid"


class OrderExpired(OrderNotPayable):
    """Still pending, and its stock is on its way back to the shelf."""

    code = "order_expired"
    title = "The time to pay the order is up"

    def __init__(self, *, expired_at: datetime) -> None:
        Conflict.__init__(
            self,
            "The time to pay this order is up. Place a new one.",
            state="pending",
            wanted="paid",
            expired_at=expired_at,
        )


class OrderPartlyShipped(Conflict):
    """What has left cannot be called off."""

    code = "order_partly_shipped"
    title = "A part of the order has been shipped"

    def __init__(self, *, state: str) -> None:
        super().__init__("Some of it has left already. Refund the rest.", state=state)


class OrderNeedsAttention(Conflict):
    """Whether there is money for the goods is for staff to find out first."""

    code = "order_needs_attention"
    title = "Staff have to look at the order first"

    def __init__(self, *, attention: str) -> None:
        super().__init__(
            "Its money is in doubt. Look into it, and say so, before anything leaves.",
            attention=attention,
        )


@dataclass(frozen=True, kw_only=True)
class NotLeft:
    """More of an order line was to leave than is left of it."""

    line_id: UUID
    asked: int
    remaining: int

    def as_json(self) -> dict[str, Any]:
        """This function will return what a client is told of it."""
        return {"line_id": str(self.line_id), "asked": self.asked, "remaining": self.remaining}


class OrderLineNotFound(NotFound):
    """The order has no such line."""

    code = "order_line_not_found"
    title = "The order has no such line"


class NothingToShip(Conflict):
    """No line was named, and none is left."""

    code = "nothing_to_ship"
    title = "Nothing is to be shipped"


class TooManyShipped(Conflict):
    """More was to leave than is left."""

    code = "too_many_shipped"
    title = "More than is left to ship"

    def __init__(self, *, lines: Sequence[NotLeft]) -> None:
        most = ", ".join(f"{one.remaining} instead of {one.asked}" for one in lines)
        super().__init__(f"Only this is left: {most}.", lines=[one.as_json() for one in lines])


class ShipmentNotFound(NotFound):
    """The order has no such shipment."""

    code = "shipment_not_found"
    title = "The order has no such shipment"


class ShipmentAlreadyDelivered(Conflict):
    """It arrives once."""

    code = "shipment_already_delivered"
    title = "The shipment has been delivered already"

    def __init__(self, *, delivered_at: datetime) -> None:
        super().__init__(delivered_at=delivered_at)


class InvoiceNotFound(NotFound):
    """There is none yet, or it is not yours."""

    code = "invoice_not_found"
    title = "There is no such invoice"


class CreditAboveInvoice(Conflict):
    """Credit notes are worth their invoice at most."""

    code = "credit_above_invoice"
    title = "More would be credited than was invoiced"

    def __init__(self, *, remaining: Money) -> None:
        super().__init__(
            f"At most {remaining} is left to be credited.", remaining=remaining.as_json()
        )


class OrderNotEditable(Conflict):
    """What was agreed on stays once the order is paid or gone."""

    code = "order_not_editable"
    title = "The shipping address is changed while the order is pending only"

    def __init__(self, *, state: str) -> None:
        super().__init__(f"The order is {state}.", state=state)


class TooManyUnpaidOrders(Conflict):
    """Unpaid orders keep goods from others, so nobody has many of them."""

    code = "too_many_unpaid_orders"
    title = "Too many orders are waiting to be paid"

    @classmethod
    def of_customer(cls) -> Self:
        """This function will refuse one more of the same person."""
        most = settings.UNPAID_ORDERS_PER_CUSTOMER
        return cls(f"{most} at most: pay one of them, or cancel it.", limit=most)

    @classmethod
    def from_address(cls) -> Self:
        """This function will refuse one more from the same address."""
        most = settings.UNPAID_ORDERS_PER_ADDRESS
        return cls(f"{most} at most from your network: pay one, or wait.", limit=most)


class OrderNumberTaken(Unavailable):
    """Several random numbers in a row were in use: try again."""

    code = "order_number_taken"
    title = "No order number was free"
