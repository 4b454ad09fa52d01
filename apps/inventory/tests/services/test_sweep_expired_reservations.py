from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from apps.catalog.models import Variant
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.models import Reservation
from apps.inventory.tasks import sweep_reservations
from apps.inventory.tests.factories import ReservationFactory, StockItemFactory
from apps.inventory.tests.oracle import broken_promises

pytestmark = pytest.mark.django_db

ORDER = UUID("01900000-0000-7000-8000-000000000001")
NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(seconds=1)
AFTER = NOW + timedelta(seconds=1)


def expirations() -> list[UUID]:
    events = OutboxEvent.objects.filter(name="reservation.expired")
    return list(events.values_list("aggregate_id", flat=True))


def test_releases_what_was_held_past_its_time_and_says_so_once_for_each_reference(store):
    item = StockItemFactory(variant__product__store=store, on_hand=10)
    other = StockItemFactory(variant__product__store=store, on_hand=10)
    ReservationFactory(stock_item=item, reference=ORDER, quantity=2, expires_at=BEFORE)
    ReservationFactory(stock_item=other, reference=ORDER, quantity=3, expires_at=BEFORE)

    assert inventory.sweep_expired_reservations(now=NOW) == 1

    assert list(Reservation.objects.values_list("state", flat=True)) == ["released", "released"]
    for row in (item, other):
        row.refresh_from_db()
        assert (row.on_hand, row.reserved) == (10, 0)
    assert expirations() == [ORDER]
    assert broken_promises() == []


def test_leaves_what_still_has_time(store):
    reservation = ReservationFactory(expires_at=AFTER)

    assert inventory.sweep_expired_reservations(now=NOW) == 0

    reservation.refresh_from_db()
    assert reservation.state == "active"
    assert expirations() == []


def test_finds_nothing_the_second_time():
    ReservationFactory(expires_at=BEFORE)
    inventory.sweep_expired_reservations(now=NOW)

    assert inventory.sweep_expired_reservations(now=NOW) == 0

    assert len(expirations()) == 1


def test_stops_after_as_many_references_as_it_was_told():
    for _ in range(3):
        ReservationFactory(expires_at=BEFORE)

    assert inventory.sweep_expired_reservations(now=NOW, most=2) == 2

    assert Reservation.objects.active().count() == 1


def test_works_through_more_than_one_batch(store):
    item = StockItemFactory(variant__product__store=store, on_hand=200)
    ReservationFactory.create_batch(120, stock_item=item, expires_at=BEFORE)

    assert inventory.sweep_expired_reservations(now=NOW) == 120

    item.refresh_from_db()
    assert item.reserved == 0
    assert len(set(expirations())) == 120


def test_tells_each_store_of_its_own():
    first, second = ReservationFactory(expires_at=BEFORE), ReservationFactory(expires_at=BEFORE)

    inventory.sweep_expired_reservations(now=NOW)

    told = OutboxEvent.objects.filter(name="reservation.expired")
    assert dict(told.values_list("store", "aggregate_id")) == {
        first.store.public_id: first.reference,
        second.store.public_id: second.reference,
    }


def test_brings_variants_back_into_the_catalogues_stock():
    ReservationFactory(stock_item__on_hand=1, expires_at=BEFORE)
    Variant.objects.update(in_stock=False)

    inventory.sweep_expired_reservations(now=NOW)

    assert Variant.objects.get().in_stock


def test_the_task_that_beat_starts_sweeps():
    ReservationFactory(expires_at=BEFORE)

    assert sweep_reservations.name == "inventory.sweep_reservations"
    assert sweep_reservations() == 1
