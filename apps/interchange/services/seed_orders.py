"""The orders of the demo shop."""

from collections.abc import Sequence

from apps.accounts.models import User
from apps.core.errors import Conflict
from apps.interchange.demo.people import Buyer
from apps.interchange.demo.story import Visit
from apps.interchange.services.seed_order import seed_order
from apps.orders.models import Order
from apps.stores.models import Store


def seed_orders(
    *,
    store: Store,
    visits: Sequence[Visit],
    buyers: Sequence[Buyer],
    customers: Sequence[User],
    staff: User,
) -> int:
    """This function will place the orders of all visits that have none yet, told apart by time.

    `customers` are the accounts of `buyers`. Returns how many orders it placed.
    """
    known = set(Order.objects.for_store(store).values_list("placed_at", flat=True))
    placed = 0
    for visit in visits:
        if visit.placed_at in known:
            continue
        try:
            seed_order(
                store=store,
                visit=visit,
                customer=customers[visit.buyer],
                address=buyers[visit.buyer].address,
                staff=staff,
            )
        except Conflict:
            continue  # the shop is open already, and somebody else was faster: that happens
        placed += 1
    return placed
