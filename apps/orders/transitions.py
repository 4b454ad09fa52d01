"""The states of an order and the only ways from one to the next."""

from django.db import models

from apps.orders.errors import OrderStateConflict


class OrderState(models.TextChoices):
    PENDING = "pending"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELED = "canceled"
    REFUNDED = "refunded"


# What an order comes from when it is placed; not a state that an order can be in.
NOTHING = ""

EDGES: dict[str, frozenset[OrderState]] = {
    NOTHING: frozenset({OrderState.PENDING}),
    OrderState.PENDING: frozenset({OrderState.PAID, OrderState.CANCELED}),
    OrderState.PAID: frozenset({OrderState.SHIPPED, OrderState.CANCELED, OrderState.REFUNDED}),
    OrderState.SHIPPED: frozenset({OrderState.DELIVERED, OrderState.REFUNDED}),
    OrderState.DELIVERED: frozenset({OrderState.REFUNDED}),
    OrderState.CANCELED: frozenset(),
    OrderState.REFUNDED: frozenset(),
}


def require_edge(*, current: str, to: OrderState) -> None:
    """This function will refuse a step that the table of edges does not have.

    Raises:
        OrderStateConflict: an order in the current state does not become the other.
    """
    if to not in EDGES[current]:
        raise OrderStateConflict(state=current, wanted=to)
