"""What an event is: a fact, in the past tense, with ids and plain values. Never personal data."""

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from apps.core.money import Money

# What a fact has changed: for each name the value before and the value after.
Changes = dict[str, list[Any]]


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """This function will return what differs. Name no personal data: events are kept."""
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


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
    # In the payload where something is told.
    changes: Changes = dataclasses.field(default_factory=dict)

    def payload(self) -> dict[str, Any]:
        """This function will return the event's own fields, ready to be written as JSON."""
        return {
            name: _plain(getattr(self, name))
            for name in _fields(type(self))  # type: ignore[arg-type] # classes hash
            if name != "changes" or self.changes
        }


@cache
def _fields(event: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(event) if field.name != "aggregate_id"]


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return value.as_json()
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    return value
