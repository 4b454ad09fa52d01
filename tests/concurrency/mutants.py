"""The application without one of its guards, for proving that the race tests would notice.

`MUTANT` names the guard that is taken out before the application loads.
"""

import os
import random

from apps.core import locking, retries
from apps.idempotency import services as idempotency
from config.wsgi import application  # loads the apps; the guards are taken out of them below

__all__ = ["application"]


def without_row_locks() -> None:
    """Reads what it should lock."""

    def unlocked(rows, *, skip_locked=False, of=("self",)):
        return list(rows.order_by("pk"))

    locking.LockingQuerySet.locked = unlocked


def without_lock_order() -> None:
    """Locks one row after the other in any order, and gives up at the first deadlock."""

    def disordered(rows, *, skip_locked=False, of=("self",)):
        keys = list(rows.values_list("pk", flat=True))
        random.shuffle(keys)
        each = [rows.filter(pk=key).select_for_update(of=of, no_key=True) for key in keys]
        return [row for one in each for row in one]

    locking.LockingQuerySet.locked = disordered
    retries.ATTEMPTS = 1


def without_idempotency() -> None:
    """Forgets that it has seen a key."""
    idempotency.claim_key = lambda *, claim, now, held_until=None: None


MUTANTS = {
    "without_row_locks": without_row_locks,
    "without_lock_order": without_lock_order,
    "without_idempotency": without_idempotency,
}

MUTANTS[os.environ["MUTANT"]]()
