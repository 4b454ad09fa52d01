from datetime import UTC, datetime, timedelta

import pytest

from apps.catalog.models import Product
from apps.catalog.tests.factories import VariantFactory
from apps.orders.tests.factories import OrderFactory, OrderLineFactory
from apps.recommendations import services
from apps.recommendations.tests.factories import sell
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db

LANDMARK = datetime(2026, 7, 6, tzinfo=UTC)  # of all times until 2027-03-03
NOW = LANDMARK + timedelta(days=60)
HALF_LIFE = timedelta(days=30)


def scores(store) -> dict[str, float]:
    products = Product.objects.for_store(store)
    return {
        slug: pytest.approx(score) for slug, score in products.values_list("slug", "popularity")
    }


def sold(customer, *products, at, state="paid"):
    order = OrderFactory(customer=customer, store=customer.store, state=state, line=None)
    order.__class__.objects.filter(pk=order.pk).update(paid_at=at)
    for position, product in enumerate(products):
        OrderLineFactory(order=order, position=position, variant=product.variants.first())
    return order


@pytest.fixture
def goods(store):
    return [sell(store, title) for title in ("mug", "tea", "pot")]


def test_what_sold_a_half_life_earlier_counts_half(store, shopper, goods):
    mug, tea, _ = goods
    sold(shopper, mug, at=LANDMARK)
    sold(shopper, mug, tea, at=LANDMARK + HALF_LIFE)
    sold(shopper, tea, at=LANDMARK + 2 * HALF_LIFE)
    sold(shopper, tea, at=LANDMARK - HALF_LIFE)
    assert services.rebuild_popularity(store=store, now=NOW) == 2
    assert scores(store) == {"mug": 3, "tea": 6.5, "pot": 0}


def test_as_time_passes_nothing_is_written_until_the_landmark_moves(store, shopper, goods):
    sold(shopper, *goods, at=LANDMARK + HALF_LIFE)
    services.rebuild_popularity(store=store, now=NOW)
    with at_most(2):  # its limit, and the question
        assert services.rebuild_popularity(store=store, now=NOW + 5 * HALF_LIFE) == 0
    assert services.rebuild_popularity(store=store, now=NOW + 6 * HALF_LIFE) == 3
    assert scores(store) == {"mug": 1 / 128, "tea": 1 / 128, "pot": 1 / 128}


def test_only_what_has_changed_is_written(store, shopper, goods):
    for product in goods:
        sold(shopper, product, at=LANDMARK)
    services.rebuild_popularity(store=store, now=NOW)
    sold(shopper, goods[1], at=LANDMARK)
    assert services.rebuild_popularity(store=store, now=NOW) == 1
    assert scores(store) == {"mug": 1, "tea": 2, "pot": 1}


def test_an_order_counts_once_whatever_its_lines(store, shopper, goods):
    order = sold(shopper, goods[0], at=LANDMARK)
    other = VariantFactory(product=goods[0], option_values=["blue"])
    OrderLineFactory(order=order, position=1, variant=other, quantity=5)
    services.rebuild_popularity(store=store, now=NOW)
    assert scores(store)["mug"] == 1


@pytest.mark.parametrize("state", ["canceled", "refunded"])
def test_what_was_taken_back_is_forgotten(store, shopper, goods, state):
    order = sold(shopper, goods[0], at=LANDMARK)
    services.rebuild_popularity(store=store, now=NOW)
    order.__class__.objects.filter(pk=order.pk).update(state=state)
    assert services.rebuild_popularity(store=store, now=NOW) == 1
    assert scores(store)["mug"] == 0


@pytest.mark.parametrize("year", [1, 1970, 9998])
def test_times_that_cannot_be_do_no_harm(store, shopper, goods, year):
    sold(shopper, goods[0], at=datetime(year, 1, 1, tzinfo=UTC))
    assert services.rebuild_popularity(store=store, now=NOW) == 1


def test_each_store_by_itself(store, shopper, goods):
    other = StoreFactory()
    sell(other, "his")
    sold(shopper, goods[0], at=LANDMARK)
    assert services.rebuild_popularity(store=other, now=NOW) == 0
    assert services.rebuild_popularity(store=store, now=NOW) == 1


def test_no_version_counts_up(store, shopper, goods):
    sold(shopper, goods[0], at=LANDMARK)
    services.rebuild_popularity(store=store, now=NOW)
    assert Product.objects.get(slug="mug").version == goods[0].version


def test_writes_in_bounded_parts(store, shopper, goods, monkeypatch):
    monkeypatch.setitem(services.rebuild_popularity.__globals__, "_BATCH", 2)
    sold(shopper, *goods, at=LANDMARK)
    assert services.rebuild_popularity(store=store, now=NOW) == 3
