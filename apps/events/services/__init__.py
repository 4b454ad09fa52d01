from apps.events.services.announce_events import announce_events
from apps.events.services.deliver_event import Outcome, deliver_event
from apps.events.services.deliver_pending import deliver_pending
from apps.events.services.dispatch_deliveries import dispatch_deliveries
from apps.events.services.number_events import number_events
from apps.events.services.publish_events import publish
from apps.events.services.redeliver import redeliver
from apps.events.services.relay_events import Relayed, relay_events

__all__ = [
    "Outcome",
    "Relayed",
    "announce_events",
    "deliver_event",
    "deliver_pending",
    "dispatch_deliveries",
    "number_events",
    "publish",
    "redeliver",
    "relay_events",
]
