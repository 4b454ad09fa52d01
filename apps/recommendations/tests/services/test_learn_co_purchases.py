from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction

from apps.catalog.tests.factories import ProductFactory
from apps.core.transactions import TransactionRequired
from apps.events import services as events
from apps.events.models import Delivery
from apps.recommendations import services
from apps.recommendations.models import CoPurchase
from apps.recommendations.tests.factories import buy, sell
from tests.statements import at_most
from tests.threads import at_once

SUBSCRIBER = "recommendations.learn_from_paid_order"


def learn(*products) -> int:
    with transaction.atomic():
        return services.learn_co_purchases(product_ids=[one.public_id for one in products])


def counts() -> dict[str, int]:
    pairs = CoPurchase.objects.order_by("product", "other")
    return {
        f"{one}+{other}": count
        for one, other, count in pairs.values_list("product__slug", "other__slug", "count")
    }


@pytest.fixture
def goods(store):
    return [sell(store, title) for title in ("mug", "tea", "pot")]


def test_learns_from_a_paid_order_both_ways_round(shopper, goods):
    mug, tea, _ = goods
    buy(shopper, mug, tea)
    events.deliver_pending()
    assert counts() == {"mug+tea": 1, "tea+mug": 1}


def test_counts_orders_up(shopper, goods):
    mug, tea, pot = goods
    buy(shopper, mug, tea)
    buy(shopper, mug, tea, pot)
    events.deliver_pending()
    assert counts() == {
        "mug+tea": 2,
        "mug+pot": 1,
        "tea+mug": 2,
        "tea+pot": 1,
        "pot+mug": 1,
        "pot+tea": 1,
    }


def test_an_order_that_is_told_of_twice_counts_once(shopper, goods):
    mug, tea, _ = goods
    buy(shopper, mug, tea)
    events.deliver_pending()
    events.deliver_pending()
    assert Delivery.objects.get(subscriber=SUBSCRIBER).state == "done"
    assert counts() == {"mug+tea": 1, "tea+mug": 1}


def test_an_order_of_one_product_says_nothing(shopper, goods):
    buy(shopper, goods[0], goods[0])
    events.deliver_pending()
    assert counts() == {}


def test_learns_with_one_statement(goods):
    with at_most(1):
        assert learn(*goods) == 6


def test_products_of_two_stores_are_never_bought_together(goods):
    assert learn(goods[0], ProductFactory()) == 0


def test_a_product_that_is_not_there_is_nothing_to_learn_from(goods):
    with transaction.atomic():
        assert services.learn_co_purchases(product_ids=[goods[0].public_id, uuid4()]) == 0


def test_of_a_very_large_order_the_first_fifty_products_count(store):
    products = ProductFactory.create_batch(60, store=store)
    assert learn(*reversed(products)) == 50 * 49
    seen = set(CoPurchase.objects.values_list("product", flat=True))
    assert seen == {product.pk for product in sorted(products, key=lambda one: one.public_id)[:50]}


@pytest.mark.django_db(transaction=True)
def test_needs_the_transaction_of_its_caller():
    with pytest.raises(TransactionRequired):
        services.learn_co_purchases(product_ids=[uuid4(), uuid4()])


@pytest.mark.django_db(transaction=True)
def test_orders_learned_at_once_neither_wait_in_a_circle_nor_get_lost(store):
    goods = ProductFactory.create_batch(12, store=store)

    def learn_five_times(place: int) -> None:
        for _ in range(5):
            learn(*(goods if place % 2 else reversed(goods)))

    at_once(*(partial(learn_five_times, place) for place in range(6)))
    assert set(CoPurchase.objects.values_list("count", flat=True)) == {30}
    assert CoPurchase.objects.count() == 132
