from apps.events.services.deliver_pending import deliver_pending
from apps.events.services.number_events import number_events
from apps.events.services.publish_events import publish
from apps.events.services.redeliver import redeliver

__all__ = ["deliver_pending", "number_events", "publish", "redeliver"]
