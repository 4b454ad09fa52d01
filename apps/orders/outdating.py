"""Which kept answers a fact about orders and carts makes old.

An order is kept for its owner. What is recommended to somebody depends on what they have bought
and on what lies in their cart.
"""

from uuid import UUID

from apps.events.outdating import Fact, outdates, store_tag


def order_tag(order_id: UUID | str) -> str:
    """This function will return the tag of one order."""
    return f"order:{order_id}"


def shopper_tag(person: UUID | str) -> str:
    """This function will return the tag of what depends on what somebody buys."""
    return f"shopper:{person}"


@outdates("order")
def of_order(fact: Fact) -> list[str]:
    """This function will name the order, and its customer where the event does."""
    customer = fact.payload.get("customer_id")
    return [order_tag(fact.aggregate_id), *([shopper_tag(customer)] if customer else [])]


@outdates("shipment", "invoice")
def of_part_of_order(fact: Fact) -> list[str]:
    """This function will name the order it belongs to."""
    order_id = fact.payload.get("order_id")
    return [order_tag(order_id) if order_id else store_tag(fact.store)]


@outdates("cart")
def of_cart(fact: Fact) -> list[str]:
    """This function will name whoever has filled, emptied or merged it."""
    kind, _, person = fact.actor.partition(":")
    return [shopper_tag(person)] if kind == "user" else []
