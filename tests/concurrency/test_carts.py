"""One cart, one line, one order, whatever the tabs and clicks."""

from functools import partial

import pytest

from apps.orders.models import Cart, CartLine, Order
from tests.shop import Buyer, at_once, tally

pytestmark = pytest.mark.race


def test_ten_adds_at_once_make_one_line_of_ten(shop, trials, promises_kept):
    wanted = shop.goods(stock=1000)
    for _ in trials:
        buyer = shop.newcomer()
        answers = at_once([partial(buyer.add_to_cart, wanted)] * 10)
        assert {answer.status for answer in answers} <= {200, 201}
        assert Cart.objects.filter(owner=buyer.user).count() == 1
        assert list(
            CartLine.objects.filter(cart__owner=buyer.user).values_list("quantity", flat=True)
        ) == [10]
    promises_kept()


def test_guest_cart_is_merged_once_by_five_logins_at_once(shop, trials, promises_kept):
    wanted = shop.goods(stock=1000)
    for _ in trials:
        first = shop.guest().add_to_cart(wanted, 3)
        token = first.headers["x-cart-token"]
        user = shop.newcomer().user
        person = Buyer(shop.url, user, token)
        answers = at_once([partial(person.call, "GET", "cart")] * 5)
        assert tally(answers) == {200: 5}
        assert list(
            CartLine.objects.filter(cart__owner=user).values_list("quantity", flat=True)
        ) == [3]
    promises_kept()


def test_two_tabs_order_one_cart_once(shop, trials, promises_kept):
    wanted = shop.goods(stock=1000)
    for _ in trials:
        buyer = shop.newcomer()
        buyer.add_to_cart(wanted, 2)
        answers = at_once([buyer.check_out] * 2)
        assert sorted(answer.status for answer in answers) == [201, 409]
        assert {answer.code for answer in answers} <= {"", "cart_already_ordered", "cart_empty"}
        assert Order.objects.filter(customer=buyer.user).count() == 1
    promises_kept()
