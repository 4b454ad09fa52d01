import random
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import ProductFactory, VariantFactory
from apps.events import registry
from apps.events import services as events
from apps.events.errors import UnknownSubscriber
from apps.events.models import Delivery
from apps.orders.models import Order
from apps.orders.tests.factories import OrderFactory, OrderLineFactory
from apps.recommendations import services
from apps.recommendations.models import CoPurchase
from apps.recommendations.tests.factories import CoPurchaseFactory, buy, sell
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most
from tests.threads import at_once

pytestmark = pytest.mark.django_db

SUBSCRIBER = "recommendations.learn_from_paid_order"


def counts() -> dict[tuple[str, str], int]:
    pairs = CoPurchase.objects.values_list("product__slug", "other__slug", "count")
    return {(one, other): count for one, other, count in pairs}


@pytest.fixture
def goods(store):
    return [sell(store, title) for title in ("mug", "tea", "pot")]


def paid(customer, *products) -> Order:
    """A paid order that nobody has heard of: it was there before anybody learned."""
    order = OrderFactory(customer=customer, state="paid", line=None)
    for position, product in enumerate(products):
        OrderLineFactory(order=order, position=position, variant=product.variants.first())
    return order


def test_counts_nothing_when_the_learner_has_another_name(store, shopper, goods, monkeypatch):
    monkeypatch.delitem(registry._subscribers, SUBSCRIBER)
    paid(shopper, *goods)
    with pytest.raises(UnknownSubscriber):
        services.rebuild_co_purchases(store=store)
    assert counts() == {}


def test_counts_what_was_learned_order_by_order(store, shopper, unprinted_invoices):
    """The same numbers, from several hundred pairs, with every way an order can end."""
    goods = [sell(store, f"goods-{number}") for number in range(8)]
    chance = random.Random(20261120)
    bought = [buy(shopper, *chance.sample(goods, chance.randint(1, 5))) for _ in range(20)]
    events.deliver_pending()
    Order.objects.filter(pk=bought[0].pk).update(state="canceled", canceled_at=timezone.now())
    Order.objects.filter(pk=bought[1].pk).update(state="refunded", refunded_at=timezone.now())
    learned = counts()
    assert len(learned) > 40

    assert services.rebuild_co_purchases(store=store) == 0
    assert counts() == learned

    CoPurchase.objects.all().delete()
    assert services.rebuild_co_purchases(store=store) == len(learned)
    assert counts() == learned


def test_sets_right_what_is_too_much_too_little_missing_and_made_up(store, shopper, goods):
    mug, tea, pot = goods
    buy(shopper, mug, tea)
    buy(shopper, mug, tea, pot)
    events.deliver_pending()
    right = counts()
    CoPurchase.objects.filter(product=mug, other=tea).update(count=7)
    CoPurchase.objects.filter(product=tea, other=mug).update(count=1)
    CoPurchase.objects.filter(product=mug, other=pot).delete()
    CoPurchaseFactory(product=pot, other=sell(store, "hat"), count=3)

    assert services.rebuild_co_purchases(store=store) == 4

    assert counts() == right
    assert services.rebuild_co_purchases(store=store) == 0


def test_orders_from_before_anybody_learned_count(store, shopper, goods):
    paid(shopper, *goods[:2])
    assert services.rebuild_co_purchases(store=store) == 2
    assert counts() == {("mug", "tea"): 1, ("tea", "mug"): 1}


@pytest.mark.parametrize("state", ["pending", "dead"])
def test_an_order_that_is_still_to_be_learned_is_left_to_that(store, shopper, goods, state):
    buy(shopper, *goods[:2])
    Delivery.objects.filter(subscriber=SUBSCRIBER).update(state=state)
    assert services.rebuild_co_purchases(store=store) == 0
    assert counts() == {}

    Delivery.objects.filter(subscriber=SUBSCRIBER).update(state="pending")
    events.deliver_pending()
    assert counts() == {("mug", "tea"): 1, ("tea", "mug"): 1}
    assert services.rebuild_co_purchases(store=store) == 0


@pytest.mark.parametrize("state", ["pending", "canceled"])
def test_what_was_never_paid_was_never_bought(store, shopper, goods, state):
    order = paid(shopper, *goods)
    Order.objects.filter(pk=order.pk).update(
        state=state, paid_at=None, canceled_at=timezone.now() if state == "canceled" else None
    )
    assert services.rebuild_co_purchases(store=store) == 0
    assert counts() == {}


def test_quantities_and_variants_of_one_product_are_one(store, shopper, goods):
    mug, tea, _ = goods
    order = paid(shopper, mug, tea)
    other = VariantFactory(product=mug, option_values=["blue"])
    OrderLineFactory(order=order, position=2, variant=other, quantity=5)
    services.rebuild_co_purchases(store=store)
    assert counts() == {("mug", "tea"): 1, ("tea", "mug"): 1}


def test_of_a_very_large_order_the_same_fifty_products_count(store, shopper):
    products = ProductFactory.create_batch(60, store=store)
    for product in products:
        VariantFactory(product=product)
    paid(shopper, *random.Random(1).sample(products, 60))
    with transaction.atomic():
        services.learn_co_purchases(product_ids=[one.public_id for one in products])
    learned = counts()

    assert services.rebuild_co_purchases(store=store) == 0
    assert counts() == learned
    assert len(learned) == 50 * 49


def test_each_store_is_counted_by_itself(store, shopper, goods):
    other = StoreFactory()
    customer = UserFactory(store=other)
    paid(shopper, *goods[:2])
    paid(customer, sell(other, "his"), sell(other, "hers"))

    assert services.rebuild_co_purchases(store=other) == 2
    assert counts() == {("his", "hers"): 1, ("hers", "his"): 1}
    assert services.rebuild_co_purchases(store=store) == 2
    assert len(counts()) == 4


def test_where_all_is_right_it_asks_and_writes_nothing(store, shopper, goods):
    buy(shopper, *goods)
    events.deliver_pending()
    with at_most(3):  # the lock, its limit, the question
        assert services.rebuild_co_purchases(store=store) == 0


def test_large_differences_are_written_in_bounded_parts(store, shopper, goods, monkeypatch):
    monkeypatch.setitem(services.rebuild_co_purchases.__globals__, "_BATCH", 4)
    paid(shopper, *goods)
    CoPurchaseFactory(product=goods[0], other=sell(store, "hat"), count=3)
    assert services.rebuild_co_purchases(store=store) == 7
    assert len(counts()) == 6


# --- with others at work -------------------------------------------------------------------------
def learn(*products) -> None:
    with transaction.atomic():
        services.learn_co_purchases(product_ids=[one.public_id for one in products])


def make_learned(shopper, *products) -> None:
    """An order and its counts, in one transaction, as the relay makes them."""
    with transaction.atomic():
        paid(shopper, *products)
        learn(*products)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("wrong", "right"), [("missing", 4), ("too few", 5), ("made up", 3)])
def test_what_is_learned_while_it_counts_is_not_lost(store, shopper, monkeypatch, wrong, right):
    mug, tea = (sell(store, title) for title in ("mug", "tea"))
    match wrong:
        case "missing":
            paid(shopper, mug, tea)
        case "too few":
            make_learned(shopper, mug, tea)
            paid(shopper, mug, tea)
        case "made up":
            CoPurchaseFactory(product=mug, other=tea, count=5)
            CoPurchaseFactory(product=tea, other=mug, count=5)
    counting, learned = Event(), Event()
    correct = services.rebuild_co_purchases.__globals__["_correct_some"]
    write = services.rebuild_co_purchases.__globals__["_write"]

    def slowly(*given):
        counting.set()
        assert learned.wait(timeout=20)
        return write(*given)

    monkeypatch.setitem(services.rebuild_co_purchases.__globals__, "_write", slowly)

    def learn_meanwhile() -> None:
        assert counting.wait(timeout=20)
        try:
            for _ in range(3):
                make_learned(shopper, mug, tea)
        finally:
            learned.set()

    at_once(partial(correct, store), learn_meanwhile)

    assert counts() == {("mug", "tea"): right, ("tea", "mug"): right}


@pytest.mark.django_db(transaction=True)
def test_of_two_rebuilds_at_once_one_does_nothing(store, shopper):
    paid(shopper, *(sell(store, title) for title in ("mug", "tea")))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [0x7265_636F, store.pk])
        ((done,),) = [at_once(partial(services.rebuild_co_purchases, store=store))]
    assert done == 0
    assert counts() == {}
    assert sum(at_once(*[partial(services.rebuild_co_purchases, store=store)] * 4)) == 2
    assert set(counts().values()) == {1}


@pytest.mark.django_db(transaction=True)
def test_learning_and_rebuilding_at_once_neither_wait_in_a_circle_nor_disagree(
    store, shopper, monkeypatch
):
    functions = services.rebuild_co_purchases.__globals__
    once = functions["_correct_some"].__wrapped__  # a second try would hide a deadlock
    monkeypatch.setitem(functions, "_correct_some", once)
    goods = [sell(store, f"goods-{number}") for number in range(12)]

    def learn_ten_times(place: int) -> None:
        for _ in range(10):
            make_learned(shopper, *(goods if place % 2 else reversed(goods)))

    def make_up_and_rebuild() -> None:
        for _ in range(15):
            learn(*goods)
            services.rebuild_co_purchases(store=store)

    at_once(*(partial(learn_ten_times, place) for place in range(3)), make_up_and_rebuild)

    services.rebuild_co_purchases(store=store)
    assert set(counts().values()) == {30}
    assert len(counts()) == 132
