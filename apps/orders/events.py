"""What orders announces."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self
from uuid import UUID

from apps.core.money import Money
from apps.events.actors import Identified
from apps.events.event import Event


class Numbered(Identified, Protocol):
    """An order."""

    number: str

    @property
    def customer(self) -> Identified:
        """Whose it is."""


@dataclass(frozen=True, kw_only=True)
class CartItemAdded(Event):
    """More of a variant is in a cart than before. `quantity` is what was added."""

    name = "cart.item_added"
    aggregate_type = "cart"

    variant_id: UUID
    quantity: int


@dataclass(frozen=True, kw_only=True)
class CartItemChanged(Event):
    """A cart holds another quantity of a variant. `quantity` is what it holds now."""

    name = "cart.item_changed"
    aggregate_type = "cart"

    variant_id: UUID
    quantity: int


@dataclass(frozen=True, kw_only=True)
class CartItemRemoved(Event):
    """A variant was taken out of a cart."""

    name = "cart.item_removed"
    aggregate_type = "cart"

    variant_id: UUID


@dataclass(frozen=True, kw_only=True)
class CartEmptied(Event):
    """Everything was taken out of a cart."""

    name = "cart.emptied"
    aggregate_type = "cart"


@dataclass(frozen=True, kw_only=True)
class CartMerged(Event):
    """A guest logged in, and what was in the guest's cart is in the person's."""

    name = "cart.merged"
    aggregate_type = "cart"

    guest_cart_id: UUID


@dataclass(frozen=True, kw_only=True)
class OrderEvent(Event):
    aggregate_type = "order"

    number: str
    customer_id: UUID

    @classmethod
    def of(cls, order: Numbered, **details: Any) -> Self:
        """This function will return the fact about an order."""
        return cls(
            aggregate_id=order.public_id,
            number=order.number,
            customer_id=order.customer.public_id,
            **details,
        )


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(OrderEvent):
    """Somebody agreed to buy; the stock is reserved until `expires_at`."""

    name = "order.placed"

    cart_id: UUID | None
    total: Money
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderUpdated(Event):
    """The names of the fields that have changed; what they say is personal."""

    name = "order.updated"
    aggregate_type = "order"

    number: str
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class OrderNoteAdded(Event):
    """Staff wrote something down about an order; what it says is for them alone."""

    name = "order.note_added"
    aggregate_type = "order"

    number: str
    note_id: UUID


@dataclass(frozen=True, kw_only=True)
class OrderMailRequested(Event):
    """Staff want a mail about an order to be sent once more.

    `letter` is its template, `about` the invoice or shipment it tells of (public id). `key` is of
    the form that asked for it: the same form asks once.
    """

    name = "order.mail_requested"
    aggregate_type = "order"

    number: str
    letter: str
    about: UUID | None
    key: UUID


@dataclass(frozen=True, kw_only=True)
class OrderHeld(Event):
    """A payment is under way: the stock stays reserved until a later `expires_at`."""

    name = "order.held"
    aggregate_type = "order"

    number: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderPaid(OrderEvent):
    """The money is there and the goods are the buyer's.

    Each line is `{"product_id", "variant_id", "quantity"}`, with public ids.
    """

    name = "order.paid"

    total: Money
    lines: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class OrderShipped(OrderEvent):
    """All the goods have left."""

    name = "order.shipped"


@dataclass(frozen=True, kw_only=True)
class ShipmentCreated(Event):
    """Goods of an order have left: all that was left of it, or a part.

    `number` is the order's. Each line is `{"variant_id", "quantity"}`, with public ids.
    """

    name = "shipment.created"
    aggregate_type = "shipment"

    order_id: UUID
    number: str
    carrier: str
    lines: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class ShipmentDelivered(Event):
    """A shipment has arrived. `number` is the order's."""

    name = "shipment.delivered"
    aggregate_type = "shipment"

    order_id: UUID
    number: str

    @classmethod
    def of(cls, shipment: Identified, *, order: Numbered) -> Self:
        """This function will return the fact about a shipment of an order."""
        return cls(aggregate_id=shipment.public_id, order_id=order.public_id, number=order.number)


@dataclass(frozen=True, kw_only=True)
class OrderDelivered(OrderEvent):
    """All the goods have arrived."""

    name = "order.delivered"


@dataclass(frozen=True, kw_only=True)
class OrderCanceled(OrderEvent):
    """Nothing will be sent; the stock is free again.

    `was_paid` tells that money was received: what is left of it goes back, and refund events tell
    how much that is.
    `canceled_by` is "customer", "staff" or "system"; the reason is in the order's history.
    """

    name = "order.canceled"

    canceled_by: str
    was_paid: bool


@dataclass(frozen=True, kw_only=True)
class OrderRefunded(OrderEvent):
    """All the money went back."""

    name = "order.refunded"

    total: Money


@dataclass(frozen=True, kw_only=True)
class OrderFlagged(Event):
    """Staff should look at an order. `reason` is one of `Attention`."""

    name = "order.flagged"
    aggregate_type = "order"

    number: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class OrderFlagCleared(Event):
    """Staff have looked at an order; `reason` is why they had to."""

    name = "order.flag_cleared"
    aggregate_type = "order"

    number: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class InvoiceIssued(Event):
    """A sale has its document. `number` is the invoice's."""

    name = "invoice.issued"
    aggregate_type = "invoice"

    number: str
    order_id: UUID
    total: Money


@dataclass(frozen=True, kw_only=True)
class CreditNoteIssued(Event):
    """A refund has its document. `number` is the credit note's, `total` what goes back."""

    name = "credit_note.issued"
    aggregate_type = "invoice"

    number: str
    order_id: UUID
    invoice_id: UUID
    refund_id: UUID
    total: Money
