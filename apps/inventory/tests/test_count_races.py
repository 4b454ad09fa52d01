"""A stock-take at the same moment as another, and as a sale."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from apps.inventory import services as inventory
from apps.inventory.errors import OutOfStock
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.services import CountResult, StockCount
from apps.inventory.tests.factories import MainWarehouseFactory, StockItemFactory
from tests.threads import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shirt(store):
    main = MainWarehouseFactory(store=store)
    return StockItemFactory(variant__product__store=store, warehouse=main, on_hand=10)


def count(item, quantity) -> str:
    (outcome,) = inventory.apply_counts(
        store=item.variant.product.store,
        warehouse=item.warehouse,
        counts=[
            StockCount(
                variant=item.variant, warehouse=item.warehouse, quantity=quantity, expected=10
            )
        ],
        reason="Yearly count",
        reference=uuid4(),
        by=None,
    )
    return outcome.result.value


def sell(item, quantity) -> str:
    try:
        with transaction.atomic():
            inventory.reserve_stock(
                store=item.variant.product.store,
                lines=[inventory.Demand(variant_id=item.variant_id, quantity=quantity)],
                reference=uuid4(),
                expires_at=timezone.now() + timedelta(minutes=15),
                by=None,
            )
    except OutOfStock:
        return "sold out"
    return "sold"


def movements_of(item) -> list[int]:
    rows = StockMovement.objects.filter(stock_item=item).order_by("pk")
    return list(rows.values_list("quantity", flat=True))


def test_of_four_who_counted_at_once_one_is_believed(shirt):
    ended = at_once(*[partial(count, shirt, number) for number in (4, 5, 6, 7)])

    assert sorted(ended) == [CountResult.CHANGED] + [CountResult.REFUSED] * 3
    shirt.refresh_from_db()
    assert movements_of(shirt) == [10, shirt.on_hand - 10]


@pytest.mark.thorough
def test_mutant_without_the_rows_lock_more_than_one_is_believed(shirt, without_locks):
    ended = at_once(*[partial(count, shirt, number) for number in (9, 8)])

    assert ended == [CountResult.CHANGED] * 2
    shirt.refresh_from_db()
    assert shirt.on_hand == 7  # which nobody has counted


def test_what_is_sold_while_it_is_counted_is_not_counted_away(shirt):
    for _ in range(4):
        StockItem.objects.filter(pk=shirt.pk).update(on_hand=10, reserved=0)
        told = set(at_once(partial(count, shirt, 2), partial(sell, shirt, 5)))
        shirt.refresh_from_db()
        assert (told, shirt.on_hand, shirt.reserved) in [
            ({"changed", "sold out"}, 2, 0),
            ({"refused", "sold"}, 10, 5),
        ]
