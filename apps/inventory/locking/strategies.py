"""Three ways to the same promise. The row locks, taken in primary-key order, are what keeps it;
the others change who waits where."""

import random
import time
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from django.db import transaction

from apps.inventory.ledger import StaleStock
from apps.inventory.locking.redis_locks import lock_variants
from apps.inventory.models import Reservation, StockItem
from apps.stores.models import Store

# Decides upon rows as they are, and reserves; raises `StaleStock` when they were not.
Take = Callable[[Sequence[StockItem]], list[Reservation]]

_OPTIMISTIC_ATTEMPTS = 3
_LONGEST_PAUSE = 0.01


class LockingStrategy(Protocol):
    """Shows all stock rows of some variants to `take`, which reserves from them."""

    def __call__(
        self, *, store: Store, variant_ids: Collection[int], take: Take
    ) -> list[Reservation]: ...


def by_row(*, store: Store, variant_ids: Collection[int], take: Take) -> list[Reservation]:
    """This function will lock the rows until the transaction ends."""
    return take(StockItem.objects.for_store(store).promisable(variant_ids).locked())


def by_redis_and_row(
    *, store: Store, variant_ids: Collection[int], take: Take
) -> list[Reservation]:
    """This function will queue in Redis first, so that few connections wait inside PostgreSQL."""
    locks = lock_variants(variant_ids)
    try:
        reservations = by_row(store=store, variant_ids=variant_ids, take=take)
    except BaseException:
        locks.release()
        raise
    transaction.on_commit(locks.release, robust=True)
    return reservations


def optimistically(*, store: Store, variant_ids: Collection[int], take: Take) -> list[Reservation]:
    """This function will read without locks and write only if nothing has changed since.

    After a few collisions it waits for the row locks like everybody else: a busy product is no
    reason to refuse a buyer. An attempt that failed gives back, with its savepoint, the locks it
    had: kept, they would be out of order in the next one, and deadlock.
    """
    for _ in range(_OPTIMISTIC_ATTEMPTS):
        try:
            with transaction.atomic():
                return take(list(StockItem.objects.for_store(store).promisable(variant_ids)))
        except StaleStock:
            time.sleep(random.uniform(0, _LONGEST_PAUSE))  # noqa: S311 - not a secret
    return by_row(store=store, variant_ids=variant_ids, take=take)
