import dataclasses

from apps.events.event import Event


@dataclasses.dataclass(frozen=True, kw_only=True)
class LampSwitched(Event):
    """Somebody counts it in a row, and somebody outside."""

    name = "fault.lamp_switched"
    aggregate_type = "lamp"

    number: int = 0


@dataclasses.dataclass(frozen=True, kw_only=True)
class FuseBlown(Event):
    """Whoever hears of it dies."""

    name = "fault.fuse_blown"
    aggregate_type = "lamp"
