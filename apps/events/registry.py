"""Who wants to hear of what. Apps fill it from their `subscribers.py` when they load."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from django.utils.module_loading import autodiscover_modules

from apps.events.errors import UnknownSubscriber
from apps.events.event import Event

if TYPE_CHECKING:
    from apps.events.models import Delivery

Handler = Callable[["Delivery"], None]
F = TypeVar("F", bound=Handler)


class Kind(StrEnum):
    """Where a subscriber's effect lives."""

    INNER = "inner"  # rows of this database: runs in one transaction with the delivery's mark
    EXTERNAL = "external"  # mail, gateways, other systems: leased, at least once


@dataclass(frozen=True)
class Subscriber:
    """A named reaction to one kind of event."""

    name: str
    event_name: str
    kind: Kind
    handle: Handler


_subscribers: dict[str, Subscriber] = {}


def inner_subscriber(event: type[Event]) -> Callable[[F], F]:
    """This function will register a handler that changes rows only: its effect is exactly once."""
    return _register(event, Kind.INNER)


def external_subscriber(event: type[Event]) -> Callable[[F], F]:
    """This function will register a handler that leaves the process: at least once, with the
    delivery's public id as idempotency key, and with no transaction open."""
    return _register(event, Kind.EXTERNAL)


def subscribers_of(event_name: str) -> list[str]:
    """This function will return the names of those who want to hear of an event."""
    return [one.name for one in _subscribers.values() if one.event_name == event_name]


def subscriber_names() -> list[str]:
    """This function will return the names of all who want to hear of something."""
    return list(_subscribers)


def find_subscriber(name: str) -> Subscriber | None:
    """This function will return a subscriber, or `None` when the code no longer has it."""
    return _subscribers.get(name)


def event_name_of(subscriber: str) -> str:
    """This function will return the name of the events that a subscriber hears of.

    Raises:
        UnknownSubscriber: the code has none of that name.
    """
    found = find_subscriber(subscriber)
    if found is None:
        raise UnknownSubscriber(f"The code has no subscriber {subscriber}.")
    return found.event_name


def discover() -> None:
    """This function will load every app's `subscribers` module."""
    autodiscover_modules("subscribers")


def _register(event: type[Event], kind: Kind) -> Callable[[F], F]:
    def register(handler: F) -> F:
        app = handler.__module__.removeprefix("apps.").removesuffix(".subscribers")
        name = f"{app}.{handler.__name__}"
        if name in _subscribers:
            raise ValueError(f"two subscribers are called {name}")
        _subscribers[name] = Subscriber(name, event.name, kind, handler)
        return handler

    return register
