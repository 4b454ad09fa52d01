"""What an event is: a fact, in the past tense, with ids and plain values. Never personal data."""

import dataclasses
from typing import Any, ClassVar
from uuid import UUID

from apps.core.money import Money


@dataclasses.dataclass(frozen=True, kw_only=True)
class Event:
    """The base of every fact. A subclass names itself and the kind of thing it is about.

    class OrderPlaced(Event):
        name = "order.placed"
        aggregate_type = "order"
    """

    name: ClassVar[str]
    aggregate_type: ClassVar[str]

    aggregate_id: UUID

    def payload(self) -> dict[str, Any]:
        """This function will return the event's own fields, ready to be written as JSON."""
        return {
            field.name: _plain(getattr(self, field.name))
            for field in dataclasses.fields(self)
            if field.name != "aggregate_id"
        }


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return value.as_json()
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    return value
