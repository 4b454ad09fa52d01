"""Real threads, each with a database connection of its own."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

from django.db import connection

from apps.core.errors import CommerceError

T = TypeVar("T")

THREADS = 20


def at_once(work: Callable[[T], Any], items: Sequence[T], *, threads: int = THREADS) -> list[Any]:
    """This function will work on all items, as many at a time as there are threads.

    Returns the results in their order, with the code of a refusal in its place. Any other failure
    is raised.
    """
    started = Barrier(min(threads, len(items)))

    def one(numbered: tuple[int, T]) -> Any:
        number, item = numbered
        if number < started.parties:  # the first ones wait for each other
            started.wait(timeout=60)
        return answer_of(work, item)

    with ThreadPoolExecutor(started.parties) as pool:
        return list(pool.map(one, enumerate(items)))


def start(work: Callable[[], Any]) -> "Future[Any]":
    """This function will run one piece of work in a thread of its own."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(answer_of, lambda _: work(), None)
    pool.shutdown(wait=False)
    return future


def answer_of(work: Callable[[T], Any], item: T) -> Any:
    """This function will do the work and close the thread's connection behind it."""
    try:
        return work(item)
    except CommerceError as refusal:
        return refusal.code
    finally:
        connection.close()


def wait_until_somebody_waits_for_us() -> None:
    """This function will return once another connection waits for a lock of this thread's."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_locks "
                "WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone():
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits for us")
