"""Events as a terminal shows them."""

import json
from collections import Counter

from apps.events.models import Delivery, OutboxEvent


def event_in_a_line(event: OutboxEvent) -> str:
    """This function will return an event on one line; its deliveries should be prefetched."""
    states = Counter(delivery.state for delivery in event.deliveries.all())
    counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return "  ".join(
        [
            f"{event.created_at:%Y-%m-%d %H:%M:%S}",
            str(event.public_id),
            f"{event.name:28}",
            f"{event.aggregate_type} {event.aggregate_id}",
            counts or "nobody listens",
        ]
    )


def event_in_full(event: OutboxEvent) -> str:
    """This function will return everything that is known of an event."""
    facts = {
        "id": event.public_id,
        "name": event.name,
        "about": f"{event.aggregate_type} {event.aggregate_id}",
        "store": event.store,
        "by": event.actor,
        "request": event.request_id or "-",
        "at": event.created_at.isoformat(),
        "position": event.position or "not numbered yet",
        "payload": json.dumps(event.payload, ensure_ascii=False),
    }
    lines = [f"{name:10}{value}" for name, value in facts.items()]
    deliveries = event.deliveries.order_by("subscriber")
    return "\n".join([*lines, *map(_delivery_line, deliveries)])


def _delivery_line(delivery: Delivery) -> str:
    when = {
        Delivery.State.DONE: f"at {delivery.done_at:%Y-%m-%d %H:%M:%S}" if delivery.done_at else "",
        Delivery.State.PENDING: f"next at {delivery.next_attempt_at:%Y-%m-%d %H:%M:%S}",
    }.get(Delivery.State(delivery.state), "")
    told = f"  {json.dumps(delivery.last_error)}" if delivery.last_error else ""
    return (
        f"{'to':10}{delivery.subscriber}  {delivery.state} {when}".rstrip()
        + f", attempts: {delivery.attempts}, id {delivery.public_id}{told}"
    )
