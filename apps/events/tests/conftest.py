from collections.abc import Callable

import pytest

from apps.events import registry
from apps.events.registry import Kind
from apps.events.tests.factories import subscriber


@pytest.fixture
def subscribe(monkeypatch) -> Callable[..., None]:
    """A way to react to `lamp.lit` for the length of one test."""

    def add(handle, *, name: str = "lamps.react", kind: Kind = Kind.INNER) -> None:
        monkeypatch.setitem(registry._subscribers, name, subscriber(name, handle, kind))

    return add
