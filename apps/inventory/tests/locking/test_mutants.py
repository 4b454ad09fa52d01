"""The races have teeth: without its guard, each promise is seen to break."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F

from apps.core.constraints import violated_constraint
from apps.inventory import ledger, locking
from apps.inventory import services as inventory
from apps.inventory.ledger import StaleStock
from apps.inventory.locking import Take
from apps.inventory.models import Reservation, StockItem
from apps.inventory.services import Demand
from apps.inventory.tests.factories import StockItemFactory
from apps.inventory.tests.oracle import broken_promises
from apps.inventory.tests.threads import at_once
from apps.stores.models import Store

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

LATER = datetime(2999, 1, 1, tzinfo=UTC)
BUYERS = 20


@pytest.fixture
def unlocked(monkeypatch):
    """Everybody reads without a lock, and nobody writes before all have read."""
    all_have_read = Barrier(BUYERS)

    def read_without_lock(
        *, store: Store, variant_ids: Collection[int], take: Take
    ) -> list[Reservation]:
        rows = list(StockItem.objects.of_variants(variant_ids))
        all_have_read.wait(timeout=60)
        return take(rows)

    monkeypatch.setitem(locking._STRATEGIES, "row", read_without_lock)


def reserve_one(item: StockItem) -> Any:
    try:
        with transaction.atomic():
            return inventory.reserve_stock(
                store=item.store,
                lines=[Demand(item.variant_id, 1)],
                reference=uuid4(),
                expires_at=LATER,
                by=None,
            )
    except (IntegrityError, StaleStock) as error:
        return error


def write_reservations(
    seen: Sequence[StockItem], taken: Mapping[int, int], reference: UUID
) -> list[Reservation]:
    return Reservation.objects.bulk_create(
        Reservation(
            store_id=item.store_id,
            stock_item=item,
            reference=reference,
            quantity=taken[item.pk],
            expires_at=LATER,
        )
        for item in seen
    )


def test_without_locks_the_version_guard_sells_the_last_one_once(store, unlocked):
    item = StockItemFactory(variant__product__store=store, on_hand=1)

    answers = at_once(lambda _: reserve_one(item), range(BUYERS))

    assert sum(isinstance(answer, StaleStock) for answer in answers) == BUYERS - 1
    assert Reservation.objects.count() == 1
    assert broken_promises() == []


def test_without_locks_and_guard_the_database_refuses_the_second_buyer(
    store, unlocked, monkeypatch
):
    def hold_blindly(*, store, seen, taken, reference, expires_at):
        for item in seen:
            StockItem.objects.filter(pk=item.pk).update(reserved=F("reserved") + taken[item.pk])
        return write_reservations(seen, taken, reference)

    monkeypatch.setattr(ledger, "hold", hold_blindly)
    item = StockItemFactory(variant__product__store=store, on_hand=1)

    answers = at_once(lambda _: reserve_one(item), range(BUYERS))

    violations = [answer for answer in answers if isinstance(answer, IntegrityError)]
    assert len(violations) == BUYERS - 1
    assert {violated_constraint(one) for one in violations} == {"reserved_not_above_on_hand"}


def test_read_then_write_sells_the_last_one_to_everybody_and_the_oracle_notices(
    store, unlocked, monkeypatch
):
    def hold_by_overwriting(*, store, seen, taken, reference, expires_at):
        for item in seen:
            StockItem.objects.filter(pk=item.pk).update(reserved=item.reserved + taken[item.pk])
        return write_reservations(seen, taken, reference)

    monkeypatch.setattr(ledger, "hold", hold_by_overwriting)
    item = StockItemFactory(variant__product__store=store, on_hand=1)

    at_once(lambda _: reserve_one(item), range(BUYERS))

    assert Reservation.objects.count() == BUYERS
    assert "what is reserved is the sum of the active reservations" in broken_promises()


def test_locks_in_the_order_of_the_cart_deadlock(store, monkeypatch):
    both_have_one = Barrier(2)

    def lock_in_cart_order(
        *, store: Store, variant_ids: Collection[int], take: Take
    ) -> list[Reservation]:
        rows = []
        for place, variant_id in enumerate(variant_ids):
            rows += StockItem.objects.of_variants([variant_id]).locked()
            if place == 0:
                both_have_one.wait(timeout=60)
        return take(rows)

    monkeypatch.setitem(locking._STRATEGIES, "row", lock_in_cart_order)
    keys = [StockItemFactory(variant__product__store=store).variant_id for _ in "AB"]

    def order(wanted: list[int]) -> str:
        try:
            with transaction.atomic():
                inventory.reserve_stock(
                    store=store,
                    lines=[Demand(key, 1) for key in wanted],
                    reference=uuid4(),
                    expires_at=LATER,
                    by=None,
                )
        except OperationalError as error:
            return str(error).splitlines()[0]
        return "reserved"

    assert sorted(at_once(order, [keys, keys[::-1]])) == ["deadlock detected", "reserved"]
