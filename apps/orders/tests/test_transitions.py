from itertools import product

import pytest

from apps.orders.errors import OrderStateConflict
from apps.orders.transitions import OrderState, require_edge

STEPS = list(product(["", *OrderState.values], OrderState))
ALLOWED = {
    ("", "pending"),
    ("pending", "paid"),
    ("pending", "canceled"),
    ("paid", "shipped"),
    ("paid", "canceled"),
    ("paid", "refunded"),
    ("shipped", "delivered"),
    ("shipped", "refunded"),
    ("delivered", "refunded"),
}


@pytest.mark.parametrize(("current", "to"), STEPS)
def test_orders_go_along_the_documented_edges_only(current, to):
    if (current, to) in ALLOWED:
        require_edge(current=current, to=to)
        return
    with pytest.raises(OrderStateConflict) as refusal:
        require_edge(current=current, to=to)
    assert refusal.value.code == "order_state_conflict"
    assert refusal.value.extensions == {"state": current, "wanted": to}
