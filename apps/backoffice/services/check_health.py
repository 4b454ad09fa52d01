"""How the installation is."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from celery import current_app
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django_redis import get_redis_connection

from apps.backoffice.probes import Answer, Probe, ask_all

# What asks is a load balancer with a time-out of its own, often of two seconds.
_SECONDS = 1.0


class Status(StrEnum):
    """Without its cache, broker or audit database a shop sells on; without its database not."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True)
class PoolUse:
    """The connections that this process keeps to the database."""

    size: int
    idle: int
    waiting: int
    most: int


@dataclass(frozen=True, kw_only=True)
class Health:
    """What each service answered."""

    database: Answer
    cache: Answer
    broker: Answer
    audit: Answer
    pool: PoolUse | None

    @property
    def status(self) -> Status:
        """The whole in one word."""
        if not self.database.works:
            return Status.DOWN
        others = (self.cache, self.broker, self.audit)
        return Status.OK if all(one.works for one in others) else Status.DEGRADED


def check_health() -> Health:
    """This function will ask database, cache, broker and audit database at once, and wait
    a second at most."""
    found = ask_all(_PROBES, seconds=_SECONDS)
    return Health(**found, pool=_pool_use())


def _ask_database(alias: str = DEFAULT_DB_ALIAS) -> None:
    asked = connections[alias]
    try:
        with asked.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        asked.close()  # the thread ends here, and its connection with it


def _ask_cache() -> None:
    get_redis_connection("default").ping()


def _ask_broker() -> None:
    with current_app.connection_for_write() as broker:
        # Its own `connect` would try again after a pause.
        broker.transport.close_connection(broker.transport.establish_connection())


def _pool_use() -> PoolUse | None:
    pool = connection.pool  # type: ignore[attr-defined]
    if pool is None:
        return None
    counted = pool.get_stats()
    return PoolUse(
        size=counted["pool_size"],
        idle=counted["pool_available"],
        waiting=counted["requests_waiting"],
        most=counted["pool_max"],
    )


_PROBES = {
    "database": Probe(_ask_database),
    "cache": Probe(_ask_cache),
    "broker": Probe(_ask_broker),
    "audit": Probe(partial(_ask_database, "audit")),
}
