from uuid import UUID

import pytest

from apps.catalog.models import Variant
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.errors import ReservationLost
from apps.inventory.models import Reservation, StockMovement
from apps.inventory.tests.factories import ReservationFactory, StockItemFactory
from apps.inventory.tests.oracle import broken_promises
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db

ORDER = UUID("01900000-0000-7000-8000-000000000001")


def test_takes_the_goods_out_of_the_warehouse_and_writes_it_down(store, staff):
    item = StockItemFactory(variant__product__store=store, on_hand=10)
    reservation = ReservationFactory(stock_item=item, reference=ORDER, quantity=3)

    inventory.commit_stock(store=store, reference=ORDER, by=staff)

    item.refresh_from_db()
    assert (item.on_hand, item.reserved) == (7, 0)
    reservation.refresh_from_db()
    assert reservation.state == "committed"
    movement = StockMovement.objects.get(kind="sold")
    assert (movement.quantity, movement.on_hand_after) == (-3, 7)
    assert movement.reference == ORDER
    assert movement.actor == f"user:{staff.public_id}"
    assert movement.store == store
    assert broken_promises() == []


def test_tells_what_was_sold(store):
    item = StockItemFactory(variant__product__store=store, variant__sku="SHIRT")
    ReservationFactory(stock_item=item, reference=ORDER, quantity=3)

    inventory.commit_stock(store=store, reference=ORDER, by=None)

    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("reservation.committed", ORDER)
    assert [(line["sku"], line["quantity"]) for line in event.payload["lines"]] == [("SHIRT", 3)]


def test_leaves_the_reservations_of_others_alone(store):
    item = StockItemFactory(variant__product__store=store, on_hand=10)
    ReservationFactory(stock_item=item, reference=ORDER, quantity=3)
    ReservationFactory(stock_item=item, quantity=4)

    inventory.commit_stock(store=store, reference=ORDER, by=None)

    item.refresh_from_db()
    assert (item.on_hand, item.reserved) == (7, 4)


def test_the_catalogue_shows_the_same_as_before(store):
    item = StockItemFactory(variant__product__store=store, on_hand=1)
    ReservationFactory(stock_item=item, reference=ORDER)
    Variant.objects.update(in_stock=False)

    inventory.commit_stock(store=store, reference=ORDER, by=None)

    assert broken_promises() == []


@pytest.mark.parametrize("state", ["released", "committed"])
def test_refuses_what_is_no_longer_held(store, state):
    item = StockItemFactory(variant__product__store=store)
    reservation = ReservationFactory(stock_item=item, reference=ORDER)
    Reservation.objects.filter(pk=reservation.pk).update(state=state)

    with pytest.raises(ReservationLost) as refused:
        inventory.commit_stock(store=store, reference=ORDER, by=None)

    assert refused.value.code == "reservation_lost"
    item.refresh_from_db()
    assert item.on_hand == 10
    assert not StockMovement.objects.filter(kind="sold").exists()


def test_refuses_another_stores_reference():
    reservation = ReservationFactory(reference=ORDER)

    with pytest.raises(ReservationLost):
        inventory.commit_stock(store=StoreFactory(), reference=ORDER, by=None)

    reservation.refresh_from_db()
    assert reservation.state == "active"


def test_three_lines_cost_four_statements(store):
    for _ in range(3):
        item = StockItemFactory(variant__product__store=store)
        ReservationFactory(stock_item=item, reference=ORDER)

    with at_most(4):
        inventory.commit_stock(store=store, reference=ORDER, by=None)

    assert StockMovement.objects.filter(kind="sold").count() == 3
