from collections.abc import Callable
from contextlib import contextmanager
from importlib import import_module

import pytest

from apps.core.transactions import in_transaction
from apps.events import registry
from apps.events.errors import BrokerAway
from apps.events.models import OutboxEvent
from apps.events.registry import Kind
from apps.events.tests.factories import subscriber


@pytest.fixture
def subscribe(monkeypatch) -> Callable[..., None]:
    """A way to react to `lamp.lit` for the length of one test."""

    def add(handle, *, name: str = "lamps.react", kind: Kind = Kind.INNER) -> None:
        monkeypatch.setitem(registry._subscribers, name, subscriber(name, handle, kind))

    return add


class NotedLine:
    """A line to a broker that takes so many messages and goes away then."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.announced: list[OutboxEvent] = []
        self.room: int | None = None
        self.waiting = 0
        self.meanwhile = lambda: None

    def send_task(self, name: str, argument: str) -> None:
        self._take()
        self.sent.append((name, argument))

    def announce(self, event: OutboxEvent) -> None:
        self._take()
        self.announced.append(event)

    def count_waiting(self, name: str) -> int:
        return self.waiting

    def _take(self) -> None:
        assert not in_transaction()
        if self.room is not None:
            if not self.room:
                raise BrokerAway("it hung up")
            self.room -= 1
        self.meanwhile()


@pytest.fixture
def line(monkeypatch) -> NotedLine:
    line = NotedLine()

    @contextmanager
    def lend():
        yield line

    for service in ("announce_again", "announce_events", "dispatch_deliveries"):
        # By module: the package's attribute of that name is the function.
        module = import_module(f"apps.events.services.{service}")
        monkeypatch.setattr(module, "broker_line", lend)
    return line
