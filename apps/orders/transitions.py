"""The states of an order and the only ways from one to the next."""

from django.db import models


class OrderState(models.TextChoices):
    PENDING = "pending"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELED = "canceled"
    REFUNDED = "refunded"


# Paid, and nothing has been taken back.
PAID_FOR = (OrderState.PAID, OrderState.SHIPPED, OrderState.DELIVERED)
# Paid at some time.
SALES = (*PAID_FOR, OrderState.REFUNDED)
# Paid, and still to arrive.
UNDER_WAY = (OrderState.PAID, OrderState.SHIPPED)
# Nothing is left to be shipped.
ALL_GONE = (OrderState.SHIPPED, OrderState.DELIVERED)

# What an order comes from when it is placed; not a state that an order can be in.
NOTHING = ""

# Where the history of an order begins that was placed elsewhere: with how it came here. An order
# that nobody has paid is no history.
IMPORTABLE = (
    OrderState.PAID,
    OrderState.SHIPPED,
    OrderState.DELIVERED,
    OrderState.CANCELED,
    OrderState.REFUNDED,
)

EDGES: dict[str, frozenset[OrderState]] = {
    NOTHING: frozenset({OrderState.PENDING}),
    OrderState.PENDING: frozenset({OrderState.PAID, OrderState.CANCELED}),
    OrderState.PAID: frozenset({OrderState.SHIPPED, OrderState.CANCELED, OrderState.REFUNDED}),
    OrderState.SHIPPED: frozenset({OrderState.DELIVERED, OrderState.REFUNDED}),
    OrderState.DELIVERED: frozenset({OrderState.REFUNDED}),
    OrderState.CANCELED: frozenset(),
    OrderState.REFUNDED: frozenset(),
}
# From here to `canceled` only an order goes whose import is taken back.
WITHDRAWABLE = (*ALL_GONE, OrderState.REFUNDED)

# What the table of histories holds: the edges, and where orders from elsewhere begin and, when
# their import is taken back, end. `invariants.py` asks that no other order went that way.
KEPT_EDGES = {
    before: after
    | (frozenset(IMPORTABLE) if before == NOTHING else frozenset())
    | (frozenset({OrderState.CANCELED}) if before in WITHDRAWABLE else frozenset())
    for before, after in EDGES.items()
}
