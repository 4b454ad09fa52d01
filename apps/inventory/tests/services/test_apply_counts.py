from importlib import import_module
from uuid import uuid4

import pytest

from apps.catalog.tests.factories import VariantFactory
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.errors import NotInStore
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.services import StockCount
from apps.inventory.tests.factories import (
    MainWarehouseFactory,
    ReservationFactory,
    StockItemFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def main(store):
    return MainWarehouseFactory(store=store)


@pytest.fixture
def shirt(store, main):
    return StockItemFactory(variant__product__store=store, variant__sku="SHIRT", warehouse=main)


@pytest.fixture
def hat(store, main):
    return StockItemFactory(variant__product__store=store, variant__sku="HAT", warehouse=main)


def count_of(item, quantity, *, expected=10):
    return StockCount(
        variant=item.variant, warehouse=item.warehouse, quantity=quantity, expected=expected
    )


def apply(store, main, *counts, reference=None):
    outcomes = inventory.apply_counts(
        store=store,
        warehouse=main,
        counts=counts,
        reason="Yearly count",
        reference=reference or uuid4(),
        by=None,
    )
    return [(one.count.variant.sku, one.result.value, one.on_hand) for one in outcomes]


def on_hand(*items):
    return [StockItem.objects.get(pk=item.pk).on_hand for item in items]


def announced():
    return [
        (event.payload["counted"], event.payload["changed"], event.payload["refused"])
        for event in OutboxEvent.objects.filter(name="stock.counted")
    ]


def test_what_was_counted_is_on_record(store, main, shirt, hat):
    assert apply(store, main, count_of(shirt, 7), count_of(hat, 10)) == [
        ("SHIRT", "changed", 7),
        ("HAT", "confirmed", 10),
    ]

    assert on_hand(shirt, hat) == [7, 10]
    movement = StockMovement.objects.get(kind="adjusted")
    assert (movement.quantity, movement.note) == (-3, "Yearly count")
    assert announced() == [(2, 1, 0)]


def test_what_has_changed_since_is_left_alone_and_the_rest_is_applied(store, main, shirt, hat):
    stale = count_of(shirt, 7, expected=12)

    outcomes = inventory.apply_counts(
        store=store,
        warehouse=main,
        counts=[stale, count_of(hat, 9)],
        reason="Yearly count",
        reference=uuid4(),
        by=None,
    )

    assert [one.reason for one in outcomes] == ["10 are on record, not 12.", ""]
    assert on_hand(shirt, hat) == [10, 9]
    assert announced() == [(1, 1, 1)]


def test_what_is_promised_can_not_be_counted_away(store, main, shirt, hat):
    ReservationFactory(stock_item=shirt, quantity=4)

    assert apply(store, main, count_of(shirt, 3), count_of(hat, 0)) == [
        ("SHIRT", "refused", 10),
        ("HAT", "changed", 0),
    ]
    hat.variant.refresh_from_db()
    assert not hat.variant.in_stock


def test_a_stock_take_that_is_sent_twice_is_done_once(store, main, shirt, hat):
    reference = uuid4()
    apply(store, main, count_of(shirt, 7), count_of(hat, 10), reference=reference)
    inventory.receive_stock(store=store, variant=shirt.variant, quantity=3, by=None)  # 10 again

    again = apply(store, main, count_of(shirt, 7), count_of(hat, 10), reference=reference)

    assert again == [("SHIRT", "done before", 10), ("HAT", "confirmed", 10)]
    assert on_hand(shirt, hat) == [10, 10]
    assert announced() == [(2, 1, 0)]


def test_what_was_never_there_gets_its_row(store, main):
    variant = VariantFactory(product__store=store, sku="NEW")
    count = StockCount(variant=variant, warehouse=main, quantity=4, expected=0)

    assert apply(store, main, count) == [("NEW", "changed", 4)]

    assert StockItem.objects.get(variant=variant).on_hand == 4


def test_more_than_a_step_is_applied_too(store, main):
    items = [StockItemFactory(variant__product__store=store, warehouse=main) for _ in range(101)]

    outcomes = apply(store, main, *(count_of(item, 9) for item in items))

    assert [result for _, result, _ in outcomes] == ["changed"] * 101
    assert set(StockItem.objects.values_list("on_hand", flat=True)) == {9}


def test_each_hundred_is_announced_with_its_counts(store, main, monkeypatch):
    items = [StockItemFactory(variant__product__store=store, warehouse=main) for _ in range(101)]
    counts = [count_of(item, 9) for item in items[:100]] + [count_of(items[100], 10)]
    service = import_module("apps.inventory.services.apply_counts")
    open_stocks, begun = service.open_stocks, []

    def struck_dead(**known):
        begun.append(known)
        if len(begun) == 2:
            raise RuntimeError("The machine has stopped.")
        return open_stocks(**known)

    monkeypatch.setattr(service, "open_stocks", struck_dead)
    reference = uuid4()
    with pytest.raises(RuntimeError):
        apply(store, main, *counts, reference=reference)
    assert announced() == [(100, 100, 0)]

    apply(store, main, *counts, reference=reference)
    assert announced() == [(100, 100, 0), (1, 0, 0)]


def test_no_count_is_on_record_that_could_not_be_announced(store, main, shirt, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("The machine has stopped.")

    service = import_module("apps.inventory.services.apply_counts")
    monkeypatch.setattr(service, "_announce", broken)
    with pytest.raises(RuntimeError):
        apply(store, main, count_of(shirt, 7))
    assert on_hand(shirt) == [10]


def test_another_stores_goods_are_not_counted(store, main):
    foreign = StockItemFactory()
    count = StockCount(variant=foreign.variant, warehouse=main, quantity=4, expected=10)

    with pytest.raises(NotInStore):
        apply(store, main, count)

    assert on_hand(foreign) == [10]
