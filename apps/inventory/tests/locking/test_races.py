"""Many buyers at once, on real PostgreSQL, whichever way the stock is locked."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import transaction

from apps.catalog.models import Variant
from apps.inventory import services as inventory
from apps.inventory.models import Reservation, StockItem
from apps.inventory.services import Demand
from apps.inventory.tests.factories import StockItemFactory, WarehouseFactory
from apps.inventory.tests.oracle import broken_promises
from apps.inventory.tests.threads import at_once, start, wait_until_somebody_waits_for_us
from apps.stores.models import Store

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

LATER = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["row", "row+redis", "optimistic"])
def strategy(request, settings):
    settings.INVENTORY_LOCKING = request.param
    return request.param


def reserve(store: Store, *lines: Demand) -> int:
    with transaction.atomic():
        held = inventory.reserve_stock(
            store=store, lines=lines, reference=uuid4(), expires_at=LATER, by=None
        )
    return sum(one.quantity for one in held)


def test_twenty_buyers_of_the_last_one(store, strategy):
    item = StockItemFactory(variant__product__store=store, on_hand=1)

    answers = at_once(lambda _: reserve(store, Demand(item.variant_id, 1)), range(20))

    assert answers.count(1) == 1
    assert answers.count("out_of_stock") == 19
    assert not Variant.objects.get().in_stock
    assert broken_promises() == []


def test_sixty_buyers_of_ten_in_mixed_quantities(store, strategy):
    item = StockItemFactory(variant__product__store=store, on_hand=10)
    wishes = [1 + number % 3 for number in range(60)]

    answers = at_once(lambda wish: reserve(store, Demand(item.variant_id, wish)), wishes)

    sold = sum(answer for answer in answers if answer != "out_of_stock")
    refused = [wish for wish, answer in zip(wishes, answers, strict=True) if answer != wish]
    assert sold <= 10
    assert all(wish > 10 - sold for wish in refused), "somebody was refused what is still there"
    item.refresh_from_db()
    assert item.reserved == sold
    assert broken_promises() == []


def test_ten_in_three_warehouses_are_ten(store, strategy):
    first = StockItemFactory(variant__product__store=store, on_hand=4)
    for code in ("north", "south"):
        warehouse = WarehouseFactory(store=store, code=code)
        StockItemFactory(variant=first.variant, warehouse=warehouse, on_hand=3)

    answers = at_once(lambda _: reserve(store, Demand(first.variant_id, 2)), range(12))

    assert answers.count(2) == 5
    assert answers.count("out_of_stock") == 7
    assert broken_promises() == []


def test_orders_in_opposite_order_do_not_deadlock(store, strategy):
    keys = [StockItemFactory(variant__product__store=store, on_hand=100).variant_id for _ in "ABC"]
    orders = [keys, keys[::-1]] * 16

    answers = at_once(
        lambda order: reserve(store, *(Demand(key, 1) for key in order)), orders, threads=16
    )

    assert answers == [3] * 32
    assert list(StockItem.objects.values_list("reserved", flat=True)) == [32, 32, 32]


@pytest.mark.parametrize("strategy", ["row", "optimistic"], indirect=True)
def test_the_last_one_here_while_the_first_ones_arrive_elsewhere(store, strategy):
    item = StockItemFactory(variant__product__store=store, on_hand=1)
    north = WarehouseFactory(store=store, code="north")

    with transaction.atomic():
        inventory.receive_stock(
            store=store, variant=item.variant, quantity=5, by=None, warehouse=north
        )
        buyer = start(lambda: reserve(store, Demand(item.variant_id, 1)))
        wait_until_somebody_waits_for_us()
    assert buyer.result(timeout=10) == 1

    assert Variant.objects.get().in_stock
    assert broken_promises() == []


def test_goods_arrive_elsewhere_while_the_last_one_here_is_sold(store):
    item = StockItemFactory(variant__product__store=store, on_hand=1)
    north = WarehouseFactory(store=store, code="north")

    with transaction.atomic():
        inventory.reserve_stock(
            store=store,
            lines=[Demand(item.variant_id, 1)],
            reference=uuid4(),
            expires_at=LATER,
            by=None,
        )
        delivery = start(
            lambda: inventory.receive_stock(
                store=store, variant=item.variant, quantity=5, by=None, warehouse=north
            )
        )
        wait_until_somebody_waits_for_us()
    assert delivery.result(timeout=10).on_hand == 5

    assert Variant.objects.get().in_stock
    assert broken_promises() == []


def test_receiving_reserving_and_counting_at_once_add_up(store):
    item = StockItemFactory(variant__product__store=store, on_hand=10)

    def act(number: int) -> object:
        if number % 3 == 0:
            return inventory.receive_stock(store=store, variant=item.variant, quantity=2, by=None)
        if number % 3 == 1:
            return reserve(store, Demand(item.variant_id, 1))
        seen = StockItem.objects.get(pk=item.pk).on_hand
        return inventory.adjust_stock(
            store=store,
            variant=item.variant,
            quantity=seen + 1,
            expected_on_hand=seen,
            reason="Counted",
            by=None,
        )

    answers = at_once(act, range(30))

    counted = sum(1 for answer in answers[2::3] if answer != "stock_changed")
    item.refresh_from_db()
    assert item.on_hand == 10 + 10 * 2 + counted
    assert item.reserved == 10
    assert broken_promises() == []


def test_the_first_deliveries_of_a_variant_open_one_row(store):
    item = StockItemFactory(variant__product__store=store, on_hand=0)
    north = WarehouseFactory(store=store, code="north")

    at_once(
        lambda _: inventory.receive_stock(
            store=store, variant=item.variant, quantity=1, by=None, warehouse=north
        ),
        range(8),
    )

    assert StockItem.objects.get(warehouse=north).on_hand == 8
    assert Variant.objects.get().in_stock
    assert broken_promises() == []


def test_one_reference_reserves_goods_and_gives_them_back_while_others_buy(store):
    item = StockItemFactory(variant__product__store=store, on_hand=10)

    def act(number: int) -> object:
        reference = uuid4()
        with transaction.atomic():
            inventory.reserve_stock(
                store=store,
                lines=[Demand(item.variant_id, 1 + number % 2)],
                reference=reference,
                expires_at=LATER,
                by=None,
            )
        with transaction.atomic():
            if number % 2:
                return inventory.release_stock(store=store, reference=reference, by=None)
            return inventory.commit_stock(store=store, reference=reference, by=None)

    at_once(act, range(40))

    assert not Reservation.objects.active().exists()
    assert broken_promises() == []
