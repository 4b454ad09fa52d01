"""Each attack succeeds once its guard is gone: the tests beside this one have teeth.

A mutant runs without one guard, and without the constraint behind it where there is one, so that
what is seen is the damage itself. A race is chance: each attack has some tries to do it.
"""

import uuid
from collections.abc import Callable
from functools import partial

import pytest

from apps.backoffice import services as backoffice
from apps.orders.models import CartLine, Order
from tests.shop import Buyer, at_once, reserved, tally

pytestmark = [pytest.mark.race, pytest.mark.thorough]

TRIES = 20


def happens(attack: Callable[[], bool]) -> bool:
    """This function will tell whether an attack does its damage within some tries."""
    return any(attack() for _ in range(TRIES))


def test_without_locks_the_last_unit_is_sold_more_than_once(mutant):
    with mutant(
        "without_row_locks", without={"reserved_not_above_on_hand": "inventory_stockitem"}
    ) as shop:

        def attack() -> bool:
            last = shop.goods(stock=1)
            at_once([partial(buyer.order, (last, 1)) for buyer in shop.buyers(20)])
            return reserved(last) > 1

        assert happens(attack)
        assert "I1" in {
            one.invariant.id for one in backoffice.check_invariants() if not one.is_kept
        }


def test_without_locks_ten_units_are_more_than_ten(mutant):
    with mutant(
        "without_row_locks", without={"reserved_not_above_on_hand": "inventory_stockitem"}
    ) as shop:

        def attack() -> bool:
            scarce = shop.goods(stock=10)
            at_once([partial(buyer.order, (scarce, 2)) for buyer in shop.buyers(60)])
            return reserved(scarce) > 10

        assert happens(attack)


def test_without_summed_demand_two_lines_buy_what_is_not_there(mutant):
    with mutant("without_summed_demand") as shop:
        scarce = shop.goods(stock=3)
        (buyer,) = shop.buyers(1)
        assert buyer.order((scarce, 2), (scarce, 2)).status == 201
        assert reserved(scarce) == 2


def test_without_lock_order_opposite_orders_deadlock(mutant):
    with mutant("without_lock_order") as shop:
        goods = [shop.goods(stock=10_000) for _ in range(3)]

        def attack() -> bool:
            there, back = [(one, 1) for one in goods], [(one, 1) for one in reversed(goods)]
            buyers = enumerate(shop.buyers(16))
            calls = [partial(buyer.order, *(there if n % 2 else back)) for n, buyer in buyers]
            return tally(at_once(calls)) != {201: 16}

        assert happens(attack)


def test_without_locks_two_tabs_order_one_cart_twice(mutant):
    with mutant("without_row_locks", without={"cart_is_ordered_once": "orders_order"}) as shop:
        wanted = shop.goods(stock=1000)

        def attack() -> bool:
            buyer = shop.newcomer()
            buyer.add_to_cart(wanted)
            at_once([buyer.check_out] * 2)
            return Order.objects.filter(customer=buyer.user).count() > 1

        assert happens(attack)


def test_without_idempotency_one_key_places_many_orders(mutant):
    with mutant("without_idempotency") as shop:
        wanted = shop.goods(stock=1000)
        buyer, key = shop.newcomer(), str(uuid.uuid4())
        at_once([partial(buyer.order, (wanted, 1), key=key)] * 5)
        assert Order.objects.filter(customer=buyer.user).count() == 5


def test_without_locks_adds_to_a_cart_are_lost(mutant):
    with mutant("without_row_locks") as shop:
        wanted = shop.goods(stock=1000)

        def attack() -> bool:
            buyer = shop.newcomer()
            at_once([partial(buyer.add_to_cart, wanted)] * 10)
            return quantities(buyer) != [10]

        assert happens(attack)


def test_without_locks_a_guest_cart_is_merged_more_than_once(mutant):
    with mutant("without_row_locks") as shop:
        wanted = shop.goods(stock=1000)

        def attack() -> bool:
            token = shop.guest().add_to_cart(wanted, 3).headers["x-cart-token"]
            person = Buyer(shop.url, shop.newcomer().user, token)
            at_once([partial(person.call, "GET", "cart")] * 5)
            return quantities(person) != [3]

        assert happens(attack)


def quantities(buyer: Buyer) -> list[int]:
    lines = CartLine.objects.filter(cart__owner=buyer.user)
    return list(lines.values_list("quantity", flat=True))
