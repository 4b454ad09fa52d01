"""One lock for each variant, in Redis. A queue in front of the row locks, never instead of them:
whoever waits too long for it, or finds Redis gone, goes on to the row locks."""

import time
from collections.abc import Collection
from dataclasses import dataclass, field

import structlog
from django_redis import get_redis_connection
from redis.exceptions import LockError, RedisError
from redis.lock import Lock

log = structlog.get_logger(__name__)

WAIT_SECONDS = 1.0
# What a transaction that was rolled back, or a process that died, leaves behind lapses by itself.
TTL_SECONDS = 5.0
_POLL_SECONDS = 0.01


@dataclass
class HeldLocks:
    """The locks one transaction has."""

    locks: list[Lock] = field(default_factory=list)

    def release(self) -> None:
        """This function will give back the locks that are still ours. It never fails."""
        for lock in reversed(self.locks):
            try:
                lock.release()
            except LockError:  # it had lapsed, and may be somebody else's by now
                log.warning("stock_lock_lapsed", lock=lock.name)
            except RedisError as error:
                log.warning("stock_lock_not_released", lock=lock.name, error=str(error))
                return


def lock_variants(variant_ids: Collection[int]) -> HeldLocks:
    """This function will take the locks of variants (primary keys) in their order.

    It waits `WAIT_SECONDS` for all of them together, and returns those it got.
    """
    held = HeldLocks()
    deadline = time.monotonic() + WAIT_SECONDS
    try:
        for variant_id in sorted(variant_ids):
            lock = _lock(variant_id)
            if not lock.acquire(blocking_timeout=max(deadline - time.monotonic(), 0)):
                log.warning("stock_lock_waited_too_long", lock=lock.name)
                return held
            held.locks.append(lock)
    except RedisError as error:
        log.warning("stock_locks_without_redis", error=str(error))
    return held


def _lock(variant_id: int) -> Lock:
    return get_redis_connection("default").lock(
        f"tradepost:stock-lock:{variant_id}", timeout=TTL_SECONDS, sleep=_POLL_SECONDS
    )
