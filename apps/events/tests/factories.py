import dataclasses

from apps.core.ids import uuid7
from apps.core.money import Money
from apps.events.event import Event
from apps.events.registry import Kind, Subscriber


@dataclasses.dataclass(frozen=True, kw_only=True)
class LampLit(Event):
    """A fact that only the tests know."""

    name = "lamp.lit"
    aggregate_type = "lamp"

    price: Money | None = None
    number: int = 1


def lamp_lit(**fields: object) -> LampLit:
    """This function will return an event about a new lamp."""
    return LampLit(aggregate_id=uuid7(), **fields)


def subscriber(name: str, handle, kind: Kind = Kind.INNER) -> Subscriber:
    """This function will return a reaction to `LampLit` under a name; see `subscribed`."""
    return Subscriber(name, LampLit.name, kind, handle)
