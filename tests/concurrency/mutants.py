"""The application without one of its guards, for proving that the race tests would notice.

`MUTANT` names the guard that is taken out before the application serves.
"""

import os
import random
import time
from typing import Any

from django.core.cache import caches

from config.wsgi import application  # loads the apps; the guards are taken out of them below

# isort: split
from apps.accounts import key_ring
from apps.core import locking, rate_limits, retries
from apps.idempotency import services as idempotency
from apps.inventory import ledger
from apps.inventory.services import reserve_stock
from apps.payments.gateways import simulated
from apps.payments.models import Payment

__all__ = ["application"]


def without_row_locks() -> None:
    """Reads what it should lock, takes a moment, and writes without looking again."""

    def unlocked(rows: Any, *, skip_locked: bool = False, of: Any = ("self",)) -> list[Any]:
        read = list(rows.order_by("pk"))
        time.sleep(0.1)
        return read

    locking.LockingQuerySet.locked = unlocked
    careless = ledger._HOLD.replace("USING (id, version)", "USING (id)")
    ledger._HOLD = careless.replace("FOR NO KEY UPDATE OF item", "")


def without_lock_order() -> None:
    """Locks one row after the other in any order, and gives up at the first deadlock."""

    def disordered(rows: Any, *, skip_locked: bool = False, of: Any = ("self",)) -> list[Any]:
        keys = list(rows.values_list("pk", flat=True))
        random.shuffle(keys)
        each = [rows.filter(pk=key).select_for_update(of=of, no_key=True) for key in keys]
        return [row for one in each for row in one]

    locking.LockingQuerySet.locked = disordered
    retries.ATTEMPTS = 1


def without_summed_demand() -> None:
    """Looks at each line by itself, so the last line of a variant hides the others."""
    module = __import__(reserve_stock.__module__, fromlist=["total_demand"])
    module.total_demand = lambda lines: {line.variant_id: line.quantity for line in lines}


def without_idempotency() -> None:
    """Forgets that it has seen a key."""
    idempotency.claim_key = lambda *, claim, now, held_until=None: None


def without_any_key() -> None:
    """Forgets that it has seen a key, and looks for what it made under it without a lock."""
    without_idempotency()
    without_row_locks()


def without_news() -> None:
    """Takes all that a gateway tells for something new."""
    Payment.is_news = lambda payment, charge: True


def without_refund_limit() -> None:
    """Sets aside what it should lock, and believes a bank that gives back whatever it is asked."""
    without_row_locks()
    simulated._refusal = lambda charge, amount: ""


def without_asking_for_new_keys() -> None:
    """Takes the keys that it has read once for all there are."""
    key_ring._PAUSE_SECONDS = float("inf")


def without_atomic_counts() -> None:
    """Counts as REST framework's own throttles do: reads, takes a moment, and writes one more."""

    def read_then_write(_: Any, *, group: str, key: Any, rate: Any, increment: bool) -> Any:
        cache, name = caches["limits"], f"careless:{group}:{key(group, None)}"
        count = cache.get(name, 0) + 1
        time.sleep(0.1)
        cache.set(name, count, rate[1])
        return {"count": count, "time_left": rate[1]}

    rate_limits.get_usage = read_then_write


MUTANTS = {
    one.__name__: one
    for one in (
        without_row_locks,
        without_lock_order,
        without_summed_demand,
        without_idempotency,
        without_any_key,
        without_news,
        without_refund_limit,
        without_asking_for_new_keys,
        without_atomic_counts,
    )
}

MUTANTS[os.environ["MUTANT"]]()
