from dataclasses import dataclass, field

from apps.events.event import Event


@dataclass(frozen=True, kw_only=True)
class StoreCreated(Event):
    name = "store.created"
    aggregate_type = "store"


@dataclass(frozen=True, kw_only=True)
class StoreUpdated(Event):
    """The names of the fields that have changed; `changes` leaves out what says who somebody is."""

    name = "store.updated"
    aggregate_type = "store"

    changed: list[str] = field(default_factory=list)
