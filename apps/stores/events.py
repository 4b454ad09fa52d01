from dataclasses import dataclass

from apps.events.event import Event


@dataclass(frozen=True, kw_only=True)
class StoreCreated(Event):
    name = "store.created"
    aggregate_type = "store"


@dataclass(frozen=True, kw_only=True)
class StoreUpdated(Event):
    name = "store.updated"
    aggregate_type = "store"
