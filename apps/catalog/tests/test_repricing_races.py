"""What happens to prices that several people change at once."""

from decimal import Decimal

import pytest

from apps.catalog import services as catalog
from apps.catalog.invariants import INVARIANTS
from apps.catalog.models import Variant
from apps.catalog.services import PriceChange
from apps.catalog.tests.factories import ProductFactory, VariantFactory
from apps.core.money import Money
from apps.events.models import OutboxEvent
from tests.promises import broken_among
from tests.threads import ended_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _promises_are_kept(store):
    yield
    assert broken_among(INVARIANTS) == []


def to(variant, amount):
    return PriceChange(
        product_id=variant.product_id,
        variant_id=variant.pk,
        version=variant.version,
        price=Money(Decimal(amount), "EUR"),
        compare_at=None,
    )


def test_one_preview_sent_six_times_changes_each_price_once(store):
    variants = [VariantFactory(product__store=store) for _ in range(5)]
    wanted = [to(one, "12") for one in variants]
    reports = []

    def send():
        reports.append(catalog.reprice_variants(store=store, changes=wanted, by=None))

    assert ended_at_once(*[send] * 6) == ["done"] * 6
    assert sorted(one.changed for one in reports) == [0, 0, 0, 0, 0, 5]
    assert all(one.refused == [] for one in reports)
    assert OutboxEvent.objects.count() == 5
    assert set(Variant.objects.values_list("version", flat=True)) == {2}


def test_of_two_previews_and_an_edit_one_wins_each_variant(store):
    shirt = ProductFactory(store=store, options=["Size"])
    sizes = [VariantFactory(product=shirt, option_values=[one]) for one in "SML"]
    reports = []

    def send(amount, order):
        changes = [to(one, amount) for one in sizes[::order]]
        reports.append(catalog.reprice_variants(store=store, changes=changes, by=None))

    def edit():
        catalog.update_variant(
            store=store,
            product_id=shirt.pk,
            variant_id=sizes[1].pk,
            by=None,
            expected_version=1,
            price=Money(Decimal(7), "EUR"),
        )

    ended = ended_at_once(lambda: send("12", 1), lambda: send("13", -1), edit)

    assert set(ended) <= {"done", "stale_version"}
    # Each was changed once: three were, by whoever came first.
    assert OutboxEvent.objects.count() == 3
    assert list(Variant.objects.values_list("version", flat=True)) == [2, 2, 2]
    assert sum(one.changed for one in reports) + ended.count("done") - 2 == 3
