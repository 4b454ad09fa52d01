"""Writing facts to the outbox."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone

from apps.core.bulk_inserts import insert_values
from apps.core.client_address import current_client_address
from apps.core.encryption import encrypt
from apps.core.ids import uuid7
from apps.core.request_id import current_request_id
from apps.core.transactions import requires_transaction
from apps.events import outdating, registry
from apps.events.actors import Actor, Identified, actor_reference, actor_role
from apps.events.event import Event
from apps.events.waking import wake_relay

# One statement, so that an event costs one round trip whoever listens: the events, then one
# delivery for each subscriber of each of them.
_INSERT = """
WITH written AS (
    INSERT INTO events_outboxevent (public_id, name, store, aggregate_type, aggregate_id,
                                    actor, actor_role, origin, request_id, payload, created_at)
    SELECT public_id, name, %(store)s, aggregate_type, aggregate_id,
           %(actor)s, %(actor_role)s, %(origin)s, %(request_id)s, payload, %(created_at)s
    FROM unnest(%(ids)s::uuid[], %(names)s::text[], %(types)s::text[],
                %(aggregates)s::uuid[], %(payloads)s::jsonb[])
         WITH ORDINALITY AS row(public_id, name, aggregate_type, aggregate_id, payload, place)
    ORDER BY place
    RETURNING id, public_id
)
INSERT INTO events_delivery (public_id, event_id, subscriber, state, attempts,
                             next_attempt_at, last_error)
SELECT wanted.public_id, written.id, wanted.subscriber, 'pending', 0, %(created_at)s, ''
FROM unnest(%(delivery_ids)s::uuid[], %(delivery_events)s::uuid[], %(subscribers)s::text[])
     AS wanted(public_id, event_public_id, subscriber)
JOIN written ON written.public_id = wanted.event_public_id
"""

# From so many on, events that nobody waits for are copied in: that costs a third.
_MANY = 50
_ENCODER = DjangoJSONEncoder()


@requires_transaction
def publish(*events: Event, store: Identified, by: Actor = None) -> None:
    """This function will write events, and a delivery for each of their subscribers.

    They exist if and only if the caller's transaction commits; then the relay is woken, and the
    answers that they make old are kept no longer.

    Raises:
        TransactionRequired: there is no transaction that the events could be part of.
    """
    if not events:
        return
    by_id = {uuid7(): event for event in events}
    if len(events) >= _MANY and not any(registry.subscribers_of(one.name) for one in events):
        _insert_many(by_id, store=store, by=by)
    else:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, _parameters(by_id, store=store, by=by))
    outdating.outdate_on_commit(by_id, store=store, by=by)
    if settings.EVENTS_WAKE_RELAY:
        transaction.on_commit(wake_relay, robust=True)


def _insert_many(by_id: dict[UUID, Event], *, store: Identified, by: Actor) -> None:
    insert_values(
        table="events_outboxevent",
        columns=["public_id", "name", "aggregate_type", "aggregate_id", "payload"],
        rows=(
            (key, event.name, event.aggregate_type, event.aggregate_id, _json(event))
            for key, event in by_id.items()
        ),
        same=_told_of_all(store=store, by=by),
    )


def _told_of_all(*, store: Identified, by: Actor) -> dict[str, Any]:
    """What is the same for all events that are published together."""
    return {
        "store": store.public_id,
        "actor": actor_reference(by),
        "actor_role": actor_role(by),
        "origin": encrypt(address) if (address := current_client_address()) else None,
        "request_id": current_request_id(),
        "created_at": timezone.now(),
    }


def _json(event: Event) -> str:
    return _ENCODER.encode(event.payload())


def _parameters(by_id: dict[UUID, Event], *, store: Identified, by: Actor) -> dict[str, Any]:
    events = by_id.values()
    wanted = [
        (uuid7(), event_id, subscriber)
        for event_id, event in by_id.items()
        for subscriber in registry.subscribers_of(event.name)
    ]
    return {
        **_told_of_all(store=store, by=by),
        "ids": list(by_id),
        "names": [event.name for event in events],
        "types": [event.aggregate_type for event in events],
        "aggregates": [event.aggregate_id for event in events],
        "payloads": [_json(event) for event in events],
        "delivery_ids": [delivery for delivery, _, _ in wanted],
        "delivery_events": [event for _, event, _ in wanted],
        "subscribers": [subscriber for _, _, subscriber in wanted],
    }
