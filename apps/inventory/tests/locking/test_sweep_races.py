"""Sweeps at once, against each other and against those who pay in the last second."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.models import Reservation, StockItem, StockMovement
from apps.inventory.tests.factories import ReservationFactory, StockItemFactory
from apps.inventory.tests.oracle import broken_promises
from apps.inventory.tests.threads import at_once
from apps.stores.models import Store

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(minutes=1)


def expired_references(store: Store, count: int) -> list[UUID]:
    """Each holds two stock rows, which all of them share."""
    items = [StockItemFactory(variant__product__store=store, on_hand=count) for _ in range(2)]
    references = [uuid4() for _ in range(count)]
    for reference in references:
        for item in items:
            ReservationFactory(stock_item=item, reference=reference, expires_at=BEFORE)
    return references


def sweep(_: int) -> int:
    return inventory.sweep_expired_reservations(now=NOW)


def expirations() -> list[UUID]:
    events = OutboxEvent.objects.filter(name="reservation.expired")
    return list(events.values_list("aggregate_id", flat=True))


def test_four_sweeps_release_each_reference_once(store):
    references = expired_references(store, 120)

    swept = at_once(sweep, range(4))

    assert sum(swept) == 120
    assert sorted(expirations()) == sorted(references)
    assert set(StockItem.objects.values_list("reserved", flat=True)) == {0}
    assert broken_promises() == []


def test_what_a_killed_sweep_had_in_hand_is_released_once_by_the_next(store):
    references = expired_references(store, 10)
    victim = connection.copy()
    with victim.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
        cursor.execute("SELECT id FROM inventory_reservation FOR NO KEY UPDATE")
        assert at_once(sweep, range(3)) == [0, 0, 0]
        with connection.cursor() as killer:
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    victim.close()

    assert sum(at_once(sweep, range(3))) == 10

    assert sorted(expirations()) == sorted(references)
    assert broken_promises() == []


def test_a_reference_is_paid_for_or_expires_whole_and_never_both(store):
    references = expired_references(store, 30)

    def act(task: UUID | None) -> object:
        if task is None:
            return sweep(0)
        with transaction.atomic():
            return inventory.commit_stock(store=store, reference=task, by=None)

    tasks = [task for reference in references for task in (reference, None)]
    at_once(act, tasks)

    states = {}
    for reference in references:
        (states[reference],) = set(
            Reservation.objects.of(reference).values_list("state", flat=True)
        )
    paid = {reference for reference, state in states.items() if state == "committed"}
    assert set(expirations()) == set(references) - paid
    sold = StockMovement.objects.filter(kind="sold").values_list("reference", flat=True)
    assert set(sold) == paid
    assert len(sold) == 2 * len(paid)
    assert broken_promises() == []
