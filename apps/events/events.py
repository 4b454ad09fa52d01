"""What staff do about events is an event itself."""

from dataclasses import dataclass
from uuid import UUID

from apps.events.event import Event


@dataclass(frozen=True, kw_only=True)
class DeliveryRevived(Event):
    """Somebody has a delivery tried again that had been given up."""

    name = "delivery.revived"
    aggregate_type = "delivery"

    subscriber: str
    event_id: UUID


@dataclass(frozen=True, kw_only=True)
class DeliveriesResumed(Event):
    """Somebody has told the relay to begin at once; the store is where they did."""

    name = "deliveries.resumed"
    aggregate_type = "store"
