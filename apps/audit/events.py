from dataclasses import dataclass

from apps.events.event import Event


@dataclass(frozen=True, kw_only=True)
class RecordingResumed(Event):
    """An operator has had the record go on from another end than the one that was anchored:
    `lost` records after `sequence` were not there any more."""

    name = "audit.resumed"
    aggregate_type = "store"

    sequence: int
    lost: int
    reason: str
