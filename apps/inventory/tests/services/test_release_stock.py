from uuid import UUID

import pytest

from apps.catalog.models import Variant
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.models import StockMovement
from apps.inventory.tests.factories import ReservationFactory, StockItemFactory
from apps.inventory.tests.oracle import broken_promises
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db

ORDER = UUID("01900000-0000-7000-8000-000000000001")


def test_gives_the_goods_back_to_be_promised_again(store):
    item = StockItemFactory(variant__product__store=store, on_hand=10)
    reservation = ReservationFactory(stock_item=item, reference=ORDER, quantity=3)
    ReservationFactory(stock_item=item, quantity=4)

    assert inventory.release_stock(store=store, reference=ORDER, by=None) == 1

    item.refresh_from_db()
    assert (item.on_hand, item.reserved) == (10, 4)
    reservation.refresh_from_db()
    assert reservation.state == "released"
    assert not StockMovement.objects.filter(reference=ORDER).exists()
    assert broken_promises() == []


def test_the_second_release_does_nothing(store):
    item = StockItemFactory(variant__product__store=store)
    ReservationFactory(stock_item=item, reference=ORDER)
    inventory.release_stock(store=store, reference=ORDER, by=None)

    assert inventory.release_stock(store=store, reference=ORDER, by=None) == 0

    assert [event.name for event in OutboxEvent.objects.all()] == ["reservation.released"]


def test_brings_a_variant_back_into_the_catalogues_stock(store):
    item = StockItemFactory(variant__product__store=store, on_hand=1)
    ReservationFactory(stock_item=item, reference=ORDER)
    Variant.objects.update(in_stock=False)

    inventory.release_stock(store=store, reference=ORDER, by=None)

    assert Variant.objects.get().in_stock
    assert broken_promises() == []


def test_leaves_another_stores_reference_alone():
    reservation = ReservationFactory(reference=ORDER)

    assert inventory.release_stock(store=StoreFactory(), reference=ORDER, by=None) == 0

    reservation.refresh_from_db()
    assert reservation.state == "active"


def test_three_lines_cost_four_statements(store):
    for _ in range(3):
        item = StockItemFactory(variant__product__store=store)
        ReservationFactory(stock_item=item, reference=ORDER)

    with at_most(4):
        inventory.release_stock(store=store, reference=ORDER, by=None)
