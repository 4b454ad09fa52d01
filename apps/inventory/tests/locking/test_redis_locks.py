"""The queue in front of the row locks: it is left when work is done, and nobody depends on it."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import transaction
from django_redis import get_redis_connection
from structlog.testing import capture_logs

from apps.inventory import services as inventory
from apps.inventory.errors import OutOfStock
from apps.inventory.locking import redis_locks
from apps.inventory.locking.redis_locks import lock_variants
from apps.inventory.models import Reservation, StockItem
from apps.inventory.services import Demand
from apps.inventory.tests.factories import StockItemFactory
from apps.inventory.tests.threads import start

LATER = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def redis(settings):
    settings.INVENTORY_LOCKING = "row+redis"
    client = get_redis_connection("default")
    _forget(client)  # a race before this test may have left locks that have not lapsed yet
    yield client
    _forget(client)


def _forget(redis) -> None:
    for name in redis.scan_iter("tradepost:stock-lock:*"):
        redis.delete(name)


def names(redis) -> set[str]:
    return {name.decode() for name in redis.scan_iter("tradepost:stock-lock:*")}


def reserve(item: StockItem, quantity: int) -> list[Reservation]:
    return inventory.reserve_stock(
        store=item.store,
        lines=[Demand(item.variant_id, quantity)],
        reference=uuid4(),
        expires_at=LATER,
        by=None,
    )


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_kept_until_the_transaction_has_ended(store, redis):
    item = StockItemFactory(variant__product__store=store)
    lock = f"tradepost:stock-lock:{item.variant_id}"

    with transaction.atomic():
        reserve(item, 1)
        assert names(redis) == {lock}
        assert 0 < redis.pttl(lock) <= 5000

    assert names(redis) == set()


def test_a_refusal_gives_the_lock_back_at_once(store, redis):
    item = StockItemFactory(variant__product__store=store, on_hand=1)

    with transaction.atomic():
        with pytest.raises(OutOfStock):
            reserve(item, 2)
        assert names(redis) == set()


def test_whoever_comes_second_waits_for_the_first():
    first = lock_variants([7])
    second = start(lambda: (lock_variants([7]), time.monotonic()))
    time.sleep(0.1)

    released_at = time.monotonic()
    first.release()

    held, got_it_at = second.result(timeout=5)
    assert len(held.locks) == 1
    assert got_it_at > released_at


def test_whoever_waits_too_long_goes_on_without(store, redis, monkeypatch):
    monkeypatch.setattr(redis_locks, "WAIT_SECONDS", 0.05)
    item = StockItemFactory(variant__product__store=store)
    redis.set(f"tradepost:stock-lock:{item.variant_id}", "somebody else")

    with capture_logs() as logs, transaction.atomic():
        reserve(item, 1)

    assert Reservation.objects.count() == 1
    assert [line["event"] for line in logs] == ["stock_lock_waited_too_long"]
    assert redis.get(f"tradepost:stock-lock:{item.variant_id}") == b"somebody else"


def test_a_lock_that_lapsed_and_is_somebody_elses_now_is_left_alone(redis):
    held = lock_variants([7])
    redis.set("tradepost:stock-lock:7", "somebody else")

    with capture_logs() as logs:
        held.release()

    assert redis.get("tradepost:stock-lock:7") == b"somebody else"
    assert [line["event"] for line in logs] == ["stock_lock_lapsed"]


def test_locks_are_taken_in_one_order():
    held = lock_variants([9, 7, 8])

    assert [lock.name.rpartition(":")[2] for lock in held.locks] == ["7", "8", "9"]
    held.release()


@pytest.fixture
def frozen_port() -> Iterator[int]:
    """A server that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def dead_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.mark.parametrize("port", ["dead_port", "frozen_port"])
def test_without_redis_goods_are_reserved_all_the_same(store, settings, request, port):
    number = request.getfixturevalue(port)
    options = settings.CACHES["default"] | {"LOCATION": f"redis://127.0.0.1:{number}/0"}
    settings.CACHES = {"default": options}
    items = [StockItemFactory(variant__product__store=store) for _ in range(3)]

    begin = time.monotonic()
    with capture_logs() as logs, transaction.atomic():
        inventory.reserve_stock(
            store=store,
            lines=[Demand(item.variant_id, 1) for item in items],
            reference=uuid4(),
            expires_at=LATER,
            by=None,
        )

    assert time.monotonic() - begin < 2
    assert Reservation.objects.count() == 3
    assert [line["event"] for line in logs] == ["stock_locks_without_redis"]
