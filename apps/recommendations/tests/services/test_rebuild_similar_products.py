from array import array
from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.catalog.models import Product
from apps.core.transactions import TransactionForbidden
from apps.events import services as events
from apps.orders.tests.factories import OrderFactory, OrderLineFactory
from apps.recommendations import services, tasks
from apps.recommendations.engine import Neighbours
from apps.recommendations.models import CoPurchase, Rebuild, SimilarProducts
from apps.recommendations.tests.factories import SimilarProductsFactory, buy, sell
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most
from tests.threads import at_once

pytestmark = pytest.mark.django_db

HERE = "apps.recommendations.tests.services.test_rebuild_similar_products."


class Broken:
    """An engine that gives up."""

    def neighbours(self, *, purchases, most):
        raise ArithmeticError("no inverse")


class Slow:
    """An engine that finds each product beside all others, and takes as long as it is told."""

    started, may_end = Event(), Event()

    def neighbours(self, *, purchases, most):
        self.started.set()
        assert self.may_end.wait(timeout=20)
        products = sorted(set(purchases.products))
        for one in products:
            others = [other for other in products if other != one]
            scores = array("f", [0.5] * len(others))
            yield Neighbours(product=one, others=array("q", others), scores=scores)


@pytest.fixture
def goods(store):
    return [sell(store, title) for title in ("mug", "tea", "pot")]


@pytest.fixture
def slow(settings):
    settings.RECOMMENDATIONS_ENGINE = HERE + "Slow"
    Slow.started.clear()
    Slow.may_end.clear()
    yield Slow
    Slow.may_end.set()


def paid(customer, *products):
    order = OrderFactory(customer=customer, store=customer.store, state="paid", line=None)
    for position, product in enumerate(products):
        OrderLineFactory(order=order, position=position, variant=product.variants.first())


def stored() -> dict[str, list[str]]:
    slugs = dict(Product.with_deleted.values_list("pk", "slug"))
    rows = SimilarProducts.objects.values_list("product", "others")
    return {slugs[product]: [slugs[other] for other in others] for product, others in rows}


def rebuild(store, **later: float) -> int:
    return services.rebuild_similar_products(store=store, now=timezone.now() + timedelta(**later))


def test_stores_what_the_engine_finds_best_first(store, shopper, goods):
    mug, tea, pot = goods
    paid(shopper, mug, tea)
    paid(UserFactory(store=store), mug, tea)
    paid(UserFactory(store=store), mug, pot)
    assert rebuild(store) == 3
    assert stored() == {"mug": ["tea", "pot"], "tea": ["mug", "pot"], "pot": ["mug", "tea"]}
    scores = SimilarProducts.objects.get(product=tea).scores
    assert scores[0] > 0 > scores[1]
    done = Rebuild.objects.get(store=store)
    assert (done.engine, done.lines, done.products) == ("local", 6, 3)
    assert (done.claim, done.claimed_until) == (None, None)
    assert done.finished_at is not None


def test_keeps_no_more_neighbours_than_it_is_set_to(store, shopper, goods, settings):
    settings.RECOMMENDATIONS_NEIGHBOURS = 1
    paid(shopper, *goods)
    rebuild(store)
    assert [len(row.others) for row in SimilarProducts.objects.all()] == [1, 1, 1]


def test_reads_the_latest_orders_only_where_there_are_too_many(store, shopper, goods, settings):
    settings.RECOMMENDATIONS_MOST_LINES = 2
    mug, tea, pot = goods
    paid(shopper, mug, tea)
    paid(shopper, mug, pot)
    rebuild(store)
    assert stored() == {"mug": ["pot"], "pot": ["mug"]}


def test_replaces_what_was_there(store, shopper, goods):
    mug, tea, pot = goods
    SimilarProductsFactory(product=pot, others=[mug.pk], scores=[0.5])
    SimilarProductsFactory(product=mug, others=[pot.pk], scores=[0.5])
    paid(shopper, mug, tea)
    assert rebuild(store) == 3
    assert stored() == {"mug": ["tea"], "tea": ["mug"]}


def test_where_nothing_has_changed_nothing_is_written(store, shopper, goods):
    paid(shopper, *goods)
    assert rebuild(store) == 3
    with at_most(11):
        assert rebuild(store, hours=1) == 0


def test_a_store_without_orders_has_no_neighbours(store, goods):
    assert rebuild(store) == 0
    assert stored() == {}


def test_products_that_are_gone_are_nobodys_neighbours(store, shopper, goods):
    paid(shopper, *goods)
    Product.objects.filter(slug="tea").update(deleted_at=timezone.now())
    rebuild(store)
    assert stored() == {"mug": ["pot"], "pot": ["mug"]}


def test_each_store_learns_from_its_own(store, shopper, goods):
    other = StoreFactory()
    paid(shopper, *goods[:2])
    paid(UserFactory(store=other), sell(other, "his"), sell(other, "hers"))
    rebuild(other)
    assert stored() == {"his": ["hers"], "hers": ["his"]}
    rebuild(store)
    assert stored() == {"his": ["hers"], "hers": ["his"], "mug": ["tea"], "tea": ["mug"]}


def test_after_a_failure_it_can_be_done_again(store, shopper, goods, settings):
    paid(shopper, *goods)
    rebuild(store)
    known = stored()
    settings.RECOMMENDATIONS_ENGINE = HERE + "Broken"
    with pytest.raises(ArithmeticError):
        rebuild(store)
    assert stored() == known
    settings.RECOMMENDATIONS_ENGINE = "local"
    SimilarProducts.objects.all().delete()
    assert rebuild(store) == 3


def test_an_engine_that_does_not_exist_claims_nothing(store, settings):
    settings.RECOMMENDATIONS_ENGINE = "clairvoyance"
    with pytest.raises(ImportError):
        rebuild(store)
    assert not Rebuild.objects.exists()


def test_a_claim_keeps_others_away_until_it_ends(store, shopper, goods):
    paid(shopper, *goods)
    claimed_until = timezone.now() + timedelta(minutes=30)
    claim = "11111111-1111-4111-8111-111111111111"
    Rebuild.objects.create(store=store, claim=claim, claimed_until=claimed_until)
    assert rebuild(store) == 0
    assert rebuild(store, minutes=31) == 3


def test_each_hour_all_that_is_learned_is_learned_again(store, shopper, goods):
    buy(shopper, *goods)
    events.deliver_pending()
    CoPurchase.objects.all().delete()
    other = StoreFactory()
    paid(UserFactory(store=other), sell(other, "his"), sell(other, "hers"))
    assert tasks.rebuild() == (3 + 6 + 3) + (2 + 2 + 2)
    assert CoPurchase.objects.count() == 8
    assert Product.objects.filter(popularity__gt=0).count() == 5
    assert len(stored()) == 5


# --- with others at work -------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_computes_outside_any_transaction(store):
    from django.db import transaction

    with transaction.atomic(), pytest.raises(TransactionForbidden):
        rebuild(store)


@pytest.mark.django_db(transaction=True)
def test_while_it_computes_orders_are_learned_and_lists_stay_as_they_were(
    store, shopper, goods, slow
):
    mug, tea, pot = goods
    SimilarProductsFactory(product=mug, others=[pot.pk], scores=[0.5])
    paid(shopper, mug, tea)

    def learn_meanwhile() -> int:
        assert slow.started.wait(timeout=20)
        try:
            buy(shopper, mug, pot)
            events.deliver_pending()
            assert stored() == {"mug": ["pot"]}
            return 0
        finally:
            slow.may_end.set()

    assert at_once(partial(rebuild, store), learn_meanwhile) == [2, 0]
    assert stored() == {"mug": ["tea"], "tea": ["mug"]}
    assert CoPurchase.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_does_nothing(store, shopper, goods, slow):
    paid(shopper, *goods)

    def come_second() -> int:
        assert slow.started.wait(timeout=20)
        try:
            return rebuild(store)
        finally:
            slow.may_end.set()

    assert at_once(partial(rebuild, store), come_second) == [3, 0]


@pytest.mark.django_db(transaction=True)
def test_who_has_overslept_the_claim_writes_nothing(store, shopper, goods, slow):
    paid(shopper, *goods)

    def take_over() -> int:
        assert slow.started.wait(timeout=20)
        try:
            Rebuild.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
            Rebuild.objects.update(claim="22222222-2222-4222-8222-222222222222")
            return 0
        finally:
            slow.may_end.set()

    assert at_once(partial(rebuild, store), take_over) == [0, 0]
    assert stored() == {}
    assert str(Rebuild.objects.get().claim) == "22222222-2222-4222-8222-222222222222"
