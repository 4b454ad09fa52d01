"""Each check must be seen to speak up: a promise is broken behind the services' back."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from apps.catalog.models import Variant
from apps.inventory.models import Reservation, StockItem, StockMovement
from apps.inventory.tests.factories import (
    ReservationFactory,
    StockItemFactory,
    StockMovementFactory,
    WarehouseFactory,
)
from apps.inventory.tests.oracle import broken_promises

pytestmark = pytest.mark.django_db

REFERENCE = UUID("01900000-0000-7000-8000-000000000001")


def without_constraint(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE inventory_stockitem DROP CONSTRAINT {name}")


def test_all_is_well_in_a_shop_that_keeps_its_promises():
    ReservationFactory(quantity=3)
    StockItemFactory(on_hand=0)

    assert broken_promises() == []


def test_tells_of_deleted_goods_that_somebody_was_promised():
    reservation = ReservationFactory()
    Variant.objects.update(deleted_at=timezone.now(), in_stock=False)

    assert broken_promises() == ["nothing is promised or sold that the catalogue has deleted"]

    reservation.state = "released"
    StockItem.objects.update(reserved=0)
    reservation.save()

    assert broken_promises() == []


def test_tells_of_more_reserved_than_there_is():
    without_constraint("reserved_not_above_on_hand")
    item = ReservationFactory(stock_item__on_hand=1).stock_item
    StockItem.objects.filter(pk=item.pk).update(on_hand=0)

    assert "no stock is negative, and no more is reserved than there is" in broken_promises()


def test_tells_of_a_reservation_that_the_stock_row_does_not_know():
    reservation = ReservationFactory()
    Reservation.objects.filter(pk=reservation.pk).update(quantity=2)

    assert broken_promises() == ["what is reserved is the sum of the active reservations"]


def test_tells_of_stock_that_nobody_accounted_for():
    item = StockItemFactory()
    StockItem.objects.filter(pk=item.pk).update(on_hand=11)

    assert broken_promises() == ["what is on hand is the sum of the movements"]


def test_tells_of_goods_that_were_paid_for_and_never_left():
    reservation = ReservationFactory()
    Reservation.objects.filter(pk=reservation.pk).update(state=Reservation.State.COMMITTED)
    StockItem.objects.update(reserved=0)

    assert broken_promises() == [
        "every committed reservation left the warehouse once, and no other did"
    ]


def test_tells_of_goods_that_came_back_without_having_been_sold():
    item = StockItemFactory()
    StockMovementFactory(
        stock_item=item, kind=StockMovement.Kind.RETURNED, quantity=1, reference=REFERENCE
    )
    StockItem.objects.filter(pk=item.pk).update(on_hand=11)

    assert broken_promises() == [
        "no more comes back under a reference than was sold under it",
    ]


@pytest.mark.parametrize(("on_hand", "shown"), [(0, True), (5, False)])
def test_tells_of_a_catalogue_that_shows_something_else(on_hand, shown):
    item = StockItemFactory(on_hand=on_hand)
    Variant.objects.filter(pk=item.variant_id).update(in_stock=shown)

    assert broken_promises() == [
        "the catalogue shows as in stock what is available, and nothing else"
    ]


def test_tells_of_stock_in_another_stores_warehouse():
    item = StockItemFactory()
    StockItem.objects.filter(pk=item.pk).update(warehouse=WarehouseFactory())

    assert broken_promises() == ["stock belongs to the store of its variant and of its warehouse"]


def test_tells_of_a_reservation_that_the_sweep_has_forgotten():
    ReservationFactory(expires_at=timezone.now() - timedelta(minutes=6))
    ReservationFactory(expires_at=timezone.now() - timedelta(minutes=4))

    assert broken_promises() == ["no reservation is active five minutes past its time"]
