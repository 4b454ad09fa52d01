"""How the database, the cache and the broker are spoken to, wherever they are."""

from typing import Any
from urllib.parse import urlencode

from redis import exceptions
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import env, queues

# A lock that is not to be had, a query that does not end and a transaction that somebody forgot are
# answered with 503 instead of being waited for.
_LIMITS = {
    "lock_timeout": 4_000,
    "statement_timeout": 15_000,
    "idle_in_transaction_session_timeout": 60_000,
}
_POOL = {
    "min_size": 1,
    "max_size": env.number("DATABASE_POOL_SIZE", 12),
    "timeout": 2,
    "max_idle": 60,
}
# What a request waits for its count. Whoever waits longer is counted by its process alone.
_COUNTING_MS = env.number("RATE_LIMIT_WAIT_MS", 250)
# What a request waits for a kept answer, or a write to end some, before it does without Redis.
_READING_MS = env.number("CACHE_WAIT_MS", 250)


def server_settings(*, profile: str) -> dict[str, Any]:
    """This function will return databases, caches and Celery's broker of an installation.

    `profile` names the embedded servers that stand in for those the environment does not name.
    """
    cache_url, broker_url = env.cache_and_broker(profile=profile)
    found = env.database(profile=profile)
    # Few look into the record: one connection for as long as it is needed, and no pool.
    record = unpooled(_database(env.audit_database(beside=found)))
    databases = {"default": _database(found), "audit": record}
    routers = ["apps.audit.routing.AuditRouter"]
    return {
        "DATABASES": databases,
        "DATABASE_ROUTERS": routers,
        "CACHES": _caches(cache_url),
    } | _broker(broker_url)


def unpooled(database: dict[str, Any], **limits: int) -> dict[str, Any]:
    """This function will return a database entry without its pool, with other limits (in ms)."""
    options = {name: value for name, value in database["OPTIONS"].items() if name != "pool"}
    options["options"] = _as_flags(_LIMITS | limits)
    return database | {"OPTIONS": options}


def _as_flags(limits: dict[str, int]) -> str:
    return " ".join(f"-c {name}={value}" for name, value in limits.items())


def _database(database: dict[str, Any]) -> dict[str, Any]:
    options = {
        "application_name": "tradepost",
        "connect_timeout": 2,
        "options": _as_flags(_LIMITS),
        "pool": _POOL,
    }
    return database | {
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": options | database.get("OPTIONS", {}),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }


def _timeouts(milliseconds: int) -> str:
    seconds = milliseconds / 1000
    return urlencode({"socket_timeout": seconds, "socket_connect_timeout": seconds})


def _caches(url: str) -> dict[str, Any]:
    """A cache that is away is a miss, never an error. But who counts, or keeps answers, must know
    of it."""
    return {
        "limits": _candid(url, milliseconds=_COUNTING_MS) | {"KEY_PREFIX": "tradepost-limits"},
        "answers": _candid(url, milliseconds=_READING_MS),
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": url,
            "OPTIONS": {
                "SOCKET_CONNECT_TIMEOUT": 0.5,
                "SOCKET_TIMEOUT": 0.5,
                "IGNORE_EXCEPTIONS": True,
            },
            "KEY_PREFIX": "tradepost",
        },
    }


def _candid(url: str, *, milliseconds: int) -> dict[str, Any]:
    return {
        "BACKEND": "django_redis.cache.RedisCache",
        # Not among the options: one URL has one pool of connections, whatever they say.
        "LOCATION": f"{url}{'&' if '?' in url else '?'}{_timeouts(milliseconds)}",
        "OPTIONS": {
            # Once more on a fresh connection where an old one broke, and no more than that.
            "CONNECTION_POOL_KWARGS": {
                "retry": Retry(NoBackoff(), 1, supported_errors=(exceptions.ConnectionError,))
            },
        },
    }


def _broker(url: str) -> dict[str, Any]:
    if url.startswith(("amqp", "pyamqp")):
        return {
            "CELERY_BROKER_URL": url,
            "CELERY_BROKER_TRANSPORT_OPTIONS": {
                "confirm_publish": True,
                "read_timeout": 5,
                "write_timeout": 5,
            },
            # A broker whose machine is gone says nothing: that is noticed by the silence.
            "CELERY_BROKER_HEARTBEAT": 20,
            "CELERY_TASK_QUEUES": queues.quorum_queues(),
            "CELERY_WORKER_DETECT_QUORUM_QUEUES": True,
        }
    return {
        "CELERY_BROKER_URL": url,
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            # Above the longest task but exports, whose rows keep them from running twice; the sweep
            # for lost messages looks every few seconds.
            "visibility_timeout": 180,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
        },
        "CELERY_TASK_QUEUES": queues.plain_queues(),
    }
