"""How often each client does what is limited, counted exactly over all processes.

A window of each limit is fixed: it begins at a moment of the client's own and the count starts anew
at its end, so twice the number is possible around such a moment. The counter lies in Redis; what
happens without it is said in `RATE_LIMITS_FAIL_OPEN`.
"""

import threading
import time
from dataclasses import dataclass

import structlog
from django.conf import settings
from django_ratelimit.core import get_usage
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

from apps.core.breaker import Breaker
from apps.core.encryption import blind_index
from apps.core.errors import CommerceError
from apps.core.rates import Rate, read_rate

log = structlog.get_logger(__name__)

_SECONDS_WITHOUT_REDIS = 2.0
_MOST_COUNTED_HERE = 50_000


class TooManyRequests(CommerceError):
    """A limit is used up; `limit` names it, and after `retry_after` seconds it is whole again."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests"

    def __init__(self, *, limit: str, retry_after: int) -> None:
        super().__init__(
            f"Wait {retry_after} seconds, then repeat your request.",
            limit=limit,
            retry_after=retry_after,
        )


@dataclass(frozen=True, kw_only=True)
class Usage:
    """How much of a limit a client has used in the current window."""

    limit: str
    rate: Rate
    count: int
    seconds_left: int

    @property
    def remaining(self) -> int:
        """How much is left of it."""
        return max(self.rate.requests - self.count, 0)

    def require_room(self) -> None:
        """This function will refuse what is above the limit.

        Raises:
            TooManyRequests: this was one too many.
        """
        if self.count > self.rate.requests:
            raise TooManyRequests(limit=self.limit, retry_after=max(self.seconds_left, 1))


def count_use(*, limit: str, client: str) -> Usage | None:
    """This function will count one more use of a limit, before it is known whether it is too many.

    `None`: the limit is off, or Redis is gone and the limit is one that nobody is kept by then.
    What is kept of the client is a blind index: it may be an address.
    """
    rate = read_rate(settings.RATE_LIMITS[limit])
    if rate is None:
        return None
    who = blind_index(client, purpose="rate limit")
    counted = _count_for_all(limit, who, rate)
    if counted is None and limit not in settings.RATE_LIMITS_FAIL_OPEN:
        counted = _counts_here.count(f"{limit}:{who}", rate)
    if counted is None:
        return None
    count, seconds_left = counted
    return Usage(limit=limit, rate=rate, count=count, seconds_left=seconds_left)


def _count_for_all(limit: str, who: str, rate: Rate) -> tuple[int, int] | None:
    if not _breaker.lets_through():
        return None
    try:
        used = get_usage(
            None,
            group=limit,
            key=lambda group, request: who,
            rate=(rate.requests, rate.seconds),
            increment=True,
        )
    except (RedisError, ConnectionInterrupted) as error:
        _breaker.failed()
        log.warning("rate_limits_without_redis", error=type(error.__cause__ or error).__name__)
        return None
    _breaker.worked()
    # A counter that vanished between two commands: Redis was flushed.
    return None if used["time_left"] < 0 else (used["count"], used["time_left"])


class CountsHere:
    """Counts of this process alone: what it lets through, each of its siblings does too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[float, int]] = {}

    def count(self, key: str, rate: Rate) -> tuple[int, int]:
        """This function will count, and return the count and the seconds left of its window."""
        now = time.monotonic()
        with self._lock:
            ends, count = self._counts.get(key, (0.0, 0))
            if ends <= now:
                self._counts.pop(key, None)  # to the end of the queue of those forgotten first
                ends, count = now + rate.seconds, 0
            self._counts[key] = (ends, count + 1)
            if len(self._counts) > _MOST_COUNTED_HERE:
                del self._counts[next(iter(self._counts))]
        return count + 1, int(ends - now) + 1

    def forget(self) -> None:
        """This function will begin anew."""
        self._counts.clear()


_breaker = Breaker(seconds=_SECONDS_WITHOUT_REDIS)
_counts_here = CountsHere()


def forget() -> None:
    """This function will forget what this process knows of Redis and has counted without it."""
    _breaker.worked()
    _counts_here.forget()
