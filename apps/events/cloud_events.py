"""An event as other systems read it: CloudEvents 1.0, JSON format, structured mode."""

import json
from typing import Any

from apps.events.models import OutboxEvent

CONTENT_TYPE = "application/cloudevents+json"


def cloud_event(event: OutboxEvent) -> dict[str, Any]:
    """This function will return an event's attributes and data.

    Names of extensions are lower-case letters and digits (CloudEvents 1.0, 3.1). `sequence` is the
    extension of that name: positions as text of one length, so that they compare as text; numbers
    of the format have 32 bits. An attribute without a value is left out.
    """
    attributes = {
        "specversion": "1.0",
        "id": str(event.public_id),
        "source": f"urn:tradepost:store:{event.store}",
        "type": event.name,
        "subject": f"{event.aggregate_type}/{event.aggregate_id}",
        "time": event.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "actor": event.actor,
        "requestid": event.request_id,
        "sequence": "" if event.position is None else f"{event.position:019d}",
    }
    return {name: value for name, value in attributes.items() if value} | {"data": event.payload}


def as_json(event: OutboxEvent) -> str:
    """This function will return an event as the body of a message."""
    return json.dumps(cloud_event(event), ensure_ascii=False, separators=(",", ":"))
