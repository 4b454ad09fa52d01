"""Never sell what is not there, and never refuse while enough remains."""

import random
from functools import partial

import pytest

from tests.shop import at_once, reserved, tally

pytestmark = pytest.mark.race


def test_twenty_buyers_want_the_last_unit(shop, trials, promises_kept):
    for _ in trials:
        last = shop.goods(stock=1)
        answers = at_once([partial(b.order, (last, 1)) for b in shop.buyers(20)])
        assert tally(answers) == {201: 1, (409, "out_of_stock"): 19}
        assert reserved(last) == 1
        promises_kept()


def test_sixty_buyers_share_ten_units(shop, trials, promises_kept):
    chance = random.Random(10)
    for _ in trials:
        scarce = shop.goods(stock=10)
        wishes = [(buyer, chance.randint(1, 3)) for buyer in shop.buyers(60)]
        answers = at_once([partial(b.order, (scarce, n)) for b, n in wishes])

        assert set(tally(answers)) <= {201, (409, "out_of_stock")}
        sold = [n for (_, n), answer in zip(wishes, answers, strict=True) if answer.status == 201]
        refused = [
            n for (_, n), answer in zip(wishes, answers, strict=True) if answer.status != 201
        ]
        assert sum(sold) == reserved(scarce) <= 10
        assert min(refused) > 10 - sum(sold), "somebody was refused while enough remained"
        promises_kept()


def test_two_lines_of_one_variant_are_one_demand(shop, trials, promises_kept):
    for _ in trials:
        scarce = shop.goods(stock=3)
        answers = at_once([partial(b.order, (scarce, 2), (scarce, 2)) for b in shop.buyers(8)])
        assert tally(answers) == {(409, "out_of_stock"): 8}
        assert answers[0].body["shortages"][0]["requested"] == 4
        assert reserved(scarce) == 0
        promises_kept()


def test_opposite_line_orders_do_not_deadlock(shop, trials, promises_kept):
    goods = [shop.goods(stock=10_000) for _ in range(3)]
    for _ in trials:
        there, back = [(one, 1) for one in goods], [(one, 1) for one in reversed(goods)]
        answers = at_once(
            [
                partial(b.order, *(there if place % 2 else back))
                for place, b in enumerate(shop.buyers(16))
            ]
        )
        assert tally(answers) == {201: 16}
    promises_kept()
    assert [reserved(one) for one in goods] == [16 * len(trials)] * 3
