from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.tests.factories import UserFactory
from apps.orders.models import Order
from apps.orders.tests.factories import OrderFactory, OrderLineFactory
from apps.recommendations.models import SimilarProducts
from apps.recommendations.purchase_history import read_purchases
from apps.recommendations.tests.factories import sell
from apps.stores.tests.factories import StoreFactory

pytestmark = pytest.mark.django_db


def sold(customer, *products, month: int) -> None:
    order = OrderFactory(customer=customer, store=customer.store, state="paid", line=None)
    at = datetime(2026, month, 15, tzinfo=UTC)
    Order.objects.filter(pk=order.pk).update(paid_at=at, placed_at=at)
    for position, product in enumerate(products):
        OrderLineFactory(order=order, position=position, variant=product.variants.first())


def evaluated(**options) -> str:
    out = StringIO()
    call_command("evaluate_recommendations", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def goods(store):
    return {title: sell(store, title) for title in ("mug", "tea", "pot", "cup", "hat")}


@pytest.fixture
def years(store, goods):
    """Mug goes with tea, pot with cup; hats sell best. Then somebody buys as foretold."""
    mug, tea, pot, cup, hat = goods.values()
    for _ in range(3):
        sold(UserFactory(store=store), mug, tea, month=1)
        sold(UserFactory(store=store), pot, cup, hat, month=2)
        sold(UserFactory(store=store), hat, month=2)
    ann = UserFactory(store=store)
    sold(ann, mug, pot, hat, month=3)
    sold(ann, tea, cup, month=7)
    sold(UserFactory(store=store), mug, tea, month=8)


def test_measures_on_a_split_in_time_beside_popularity_and_raw_counts(years):
    table = evaluated(split=datetime(2026, 6, 1, tzinfo=UTC), k=1)
    assert "10 orders of 5 products before, 2 baskets and 1 people after." in table
    lines = {line.split()[0]: line.split()[1:] for line in table.splitlines()[3:]}
    assert list(lines) == ["popularity", "cooccurrence", "local"]
    assert lines["popularity"] == ["0.0000"] * 3 + ["1.0000", "0.5000", "1.0000"]
    assert float(lines["local"][2]) >= 0.5
    assert not SimilarProducts.objects.exists()


def test_measures_until_a_day_and_another_engine(years):
    until = datetime(2026, 8, 1, tzinfo=UTC)
    table = evaluated(split=datetime(2026, 6, 1, tzinfo=UTC), until=until, engine="cooccurrence")
    assert "1 baskets and 1 people after." in table
    assert table.count("cooccurrence") == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"k": 0}, "--k must be"),
        ({"engine": "clairvoyance"}, "no engine 'clairvoyance'"),
        ({"store": "nowhere"}, "no store 'nowhere'"),
        ({"split": datetime(2020, 1, 1, tzinfo=UTC)}, "Too little"),
    ],
)
def test_says_what_is_wrong(years, options, words):
    given = {"split": datetime(2026, 6, 1, tzinfo=UTC)} | options
    with pytest.raises(CommandError, match=words):
        evaluated(**given)


# --- what is read --------------------------------------------------------------------------------
def test_reads_the_orders_of_one_store_the_latest_first_in_parts(store, goods, monkeypatch):
    monkeypatch.setitem(read_purchases.__globals__, "_BATCH", 2)
    customer = UserFactory(store=store)
    for month in (3, 1, 5, 2, 4):
        sold(customer, goods["mug"], goods["tea"], month=month)
    sold(customer, month=6)  # of nothing
    other = StoreFactory()
    sold(UserFactory(store=other), sell(other, "his"), month=4)
    found = read_purchases(store=store, most_lines=100)
    months = [datetime.fromtimestamp(moment, UTC).month for moment in found.moments]
    assert months == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert set(found.people) == {customer.pk}
    assert list(found.products[:2]) == [goods["mug"].pk, goods["tea"].pk]

    assert len(read_purchases(store=store, most_lines=5)) == 6
    since, until = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 15, tzinfo=UTC)
    assert len(read_purchases(store=store, most_lines=100, since=since, until=until)) == 2
    assert len(read_purchases(store=store, most_lines=100, until=since)) == 4


def test_what_was_never_paid_was_never_bought(store, goods):
    customer = UserFactory(store=store)
    sold(customer, *goods.values(), month=1)
    Order.objects.update(state="pending", paid_at=None)
    assert len(read_purchases(store=store, most_lines=100)) == 0
