from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from apps.interchange.demo.goods import read_goods
from apps.interchange.demo.people import SHOPPER_EMAIL, read_buyers
from apps.interchange.demo.story import Ending, tell_story
from apps.interchange.demo.tastes import _BOUGHT_TOGETHER
from apps.interchange.errors import NotADemoShop

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def records():
    return read_goods(currency="EUR")


@pytest.fixture(scope="module")
def visits(records):
    return tell_story(records, buyers=27, until=NOON)


def test_is_told_the_same_way_each_time(records, visits):
    assert tell_story(records, buyers=27, until=NOON) == visits


def test_tells_of_six_weeks(visits):
    assert len(visits) == 224
    assert visits[0].placed_at.date() == (NOON - timedelta(days=42)).date()
    assert visits[-1].placed_at == NOON - timedelta(minutes=2)
    assert [one.placed_at for one in visits] == sorted({one.placed_at for one in visits})


def test_every_kind_of_ending_comes_about(visits):
    endings = Counter(visit.ending for visit in visits)
    assert set(endings) == set(Ending)
    assert endings[Ending.UNPAID] == 3
    assert endings[Ending.DELIVERED] > len(visits) / 2
    assert any(visit.second_card for visit in visits)


def test_nothing_happens_in_the_future(visits):
    longest = {Ending.SHIPPED: 26, Ending.DELIVERED: 74, Ending.CALLED_OFF: 5, Ending.EXPIRED: 1}
    for visit in visits:
        hours = longest.get(visit.ending, 0)
        assert visit.placed_at + timedelta(hours=hours) < NOON


def test_the_shopper_has_an_order_of_each_usual_kind(visits):
    own = [visit.ending for visit in visits if visit.buyer == 0]
    assert own == [Ending.DELIVERED, Ending.SHIPPED, Ending.PAID]


def test_nobody_buys_more_than_the_opening_stock(records, visits):
    stock = {one.sku: one.opening_stock for record in records for one in record.variants}
    sold: Counter[str] = Counter()
    for visit in visits:
        assert visit.basket
        for sku, quantity in visit.basket:
            assert quantity > 0
            sold[sku] += quantity
    assert [sku for sku, quantity in sold.items() if quantity > stock[sku]] == []


def test_what_is_hidden_is_not_sold(records, visits):
    hidden = {one.sku for rec in records if not rec.is_published for one in rec.variants}
    assert hidden
    assert {sku for visit in visits for sku, _ in visit.basket} & hidden == set()


def test_few_products_sell_often_and_many_rarely(records, visits):
    product_of = {one.sku: record.slug for record in records for one in record.variants}
    sales = Counter(product_of[sku] for visit in visits for sku, _ in visit.basket)
    ranked = [count for _, count in sales.most_common()]
    assert sum(ranked[:16]) > sum(ranked) / 2  # a fifth of the goods makes half of the sales
    assert len(ranked) == 74


def test_what_goes_together_is_bought_together(records, visits):
    product_of = {one.sku: record.slug for record in records for one in record.variants}
    beside_pen: Counter[str] = Counter()
    for visit in visits:
        products = {product_of[sku] for sku, _ in visit.basket}
        if "fountain-pen" in products:
            beside_pen.update(products - {"fountain-pen"})
    assert set(dict(beside_pen.most_common(2))) == {"writing-ink", "clothbound-notebook"}


def test_everything_that_goes_together_is_for_sale(records):
    known = {record.slug for record in records}
    assert {slug for group in _BOUGHT_TOGETHER for slug in group} - known == set()


def test_buyers_are_people_with_addresses():
    buyers = read_buyers()
    assert len(buyers) == 27
    assert buyers[0].email == SHOPPER_EMAIL
    assert len({buyer.email for buyer in buyers}) == 27
    assert all(buyer.email.endswith(".example") for buyer in buyers)  # RFC 2606: nobody's
    assert all(all(buyer.address.values()) for buyer in buyers)
    assert all(len(buyer.country) == 2 for buyer in buyers)


def test_prices_need_a_currency_with_cents():
    with pytest.raises(NotADemoShop, match="The demo cannot be sold in JPY: line 3, Variant Price"):
        read_goods(currency="JPY")
