from uuid import UUID

import pytest
from django.db import IntegrityError

from apps.catalog.models import Variant
from apps.events.models import OutboxEvent
from apps.inventory import ledger
from apps.inventory import services as inventory
from apps.inventory.models import StockMovement
from apps.inventory.tests.factories import ReservationFactory, StockItemFactory
from apps.inventory.tests.oracle import broken_promises
from apps.stores.tests.factories import StoreFactory

pytestmark = pytest.mark.django_db

ORDER = UUID("01900000-0000-7000-8000-000000000001")


@pytest.fixture
def item(store):
    """Ten there were; three have been sold."""
    item = StockItemFactory(variant__product__store=store, on_hand=10)
    ReservationFactory(stock_item=item, reference=ORDER, quantity=3)
    inventory.commit_stock(store=store, reference=ORDER, by=None)
    return item


def test_puts_what_was_sold_back_where_it_came_from(store, item, staff):
    assert inventory.return_stock(store=store, reference=ORDER, by=staff) == 1

    item.refresh_from_db()
    assert (item.on_hand, item.reserved) == (10, 0)
    movement = StockMovement.objects.get(kind="returned")
    assert (movement.quantity, movement.on_hand_after) == (3, 10)
    assert movement.reference == ORDER
    assert movement.actor == f"user:{staff.public_id}"
    assert OutboxEvent.objects.get(name="stock.returned").aggregate_id == ORDER
    assert broken_promises() == []


def test_goods_come_back_once(store, item):
    inventory.return_stock(store=store, reference=ORDER, by=None)

    assert inventory.return_stock(store=store, reference=ORDER, by=None) == 0

    item.refresh_from_db()
    assert item.on_hand == 10
    assert StockMovement.objects.filter(kind="returned").count() == 1


def test_the_database_itself_refuses_a_second_return(store, item):
    inventory.return_stock(store=store, reference=ORDER, by=None)

    with pytest.raises(IntegrityError, match="movement_once_for_each_reference"):
        ledger.move(changes={item: 3}, kind=StockMovement.Kind.RETURNED, by=None, reference=ORDER)


def test_what_was_never_sold_cannot_come_back(store):
    reservation = ReservationFactory(
        stock_item__variant__product__store=store, reference=ORDER, quantity=3
    )

    assert inventory.return_stock(store=store, reference=ORDER, by=None) == 0

    reservation.stock_item.refresh_from_db()
    assert reservation.stock_item.on_hand == 10


def test_leaves_another_stores_reference_alone(item):
    assert inventory.return_stock(store=StoreFactory(), reference=ORDER, by=None) == 0

    item.refresh_from_db()
    assert item.on_hand == 7


def test_brings_a_variant_back_into_the_catalogues_stock(store):
    item = StockItemFactory(variant__product__store=store, on_hand=1)
    ReservationFactory(stock_item=item, reference=ORDER)
    Variant.objects.update(in_stock=False)
    inventory.commit_stock(store=store, reference=ORDER, by=None)

    inventory.return_stock(store=store, reference=ORDER, by=None)

    assert Variant.objects.get().in_stock
