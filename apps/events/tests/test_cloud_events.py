import json
import re
from decimal import Decimal

import time_machine

from apps.core.ids import uuid7
from apps.core.money import Money
from apps.core.request_id import bound_request_id
from apps.events import services as events
from apps.events.cloud_events import as_json, cloud_event
from apps.events.models import OutboxEvent
from apps.events.tests.factories import lamp_lit


def published(store, by=None) -> OutboxEvent:
    price = Money(Decimal("19.90"), "EUR")
    events.publish(lamp_lit(price=price), store=store, by=by)
    events.number_events()
    return OutboxEvent.objects.get()


def test_says_what_where_when_and_by_whom(store, staff):
    with (
        time_machine.travel("2026-11-20T18:30:00.123Z", tick=False),
        bound_request_id("request-1234"),
    ):
        event = published(store, by=staff)

    assert cloud_event(event) == {
        "specversion": "1.0",
        "id": str(event.public_id),
        "source": f"urn:tradepost:store:{store.public_id}",
        "type": "lamp.lit",
        "subject": f"lamp/{event.aggregate_id}",
        "time": "2026-11-20T18:30:00.123Z",
        "datacontenttype": "application/json",
        "actor": f"user:{staff.public_id}",
        "requestid": "request-1234",
        "sequence": f"{event.position:019d}",
        "data": {"price": {"amount": "19.90", "currency": "EUR"}, "number": 1},
    }


def test_leaves_out_what_has_no_value_for_the_format_knows_no_null(store):
    attributes = cloud_event(published(store))
    assert "requestid" not in attributes
    assert attributes["actor"] == "system"
    assert None not in attributes.values()


def test_names_are_those_the_format_allows(store):
    with bound_request_id("request-1234"):
        assert all(re.fullmatch("[a-z0-9]+", name) for name in cloud_event(published(store)))


def test_sequences_compare_as_text_like_positions_as_numbers():
    near, far = (
        cloud_event(OutboxEvent(position=position, store=uuid7(), aggregate_id=uuid7()))
        for position in (9, 10_000_000_000)
    )
    assert near["sequence"] < far["sequence"]


def test_is_json_with_any_text(store):
    event = published(store)
    event.payload = {"name": "Größe „42“ \u0000"}
    assert json.loads(as_json(event))["data"] == {"name": "Größe „42“ \u0000"}
