"""What staff take out of a store is on record."""

from dataclasses import dataclass

from apps.events.event import Event


@dataclass(frozen=True, kw_only=True)
class DataExported(Event):
    """Somebody has begun to read all of something; the store is what it is about."""

    name = "data.exported"
    aggregate_type = "store"

    what: str
