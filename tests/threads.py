"""Several things at the same moment, each in a thread and on a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

from django.db import connection, connections

from apps.core.errors import CommerceError

T = TypeVar("T")


def at_once(*acts: Callable[[], T]) -> list[T]:
    """This function will start all acts at once and return what they returned, in their order."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        try:
            connection.ensure_connection()
            ready.wait(timeout=60)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def ended_at_once(*acts: Callable[[], object]) -> list[str]:
    """This function will start all acts at once and return how they ended, in alphabetical order:
    "done", or the code of a refusal."""
    return sorted(at_once(*(partial(_ending, act) for act in acts)))


def _ending(act: Callable[[], object]) -> str:
    try:
        act()
    except CommerceError as refusal:
        return refusal.code
    return "done"
