"""Who did it, what they were at that moment, and from where."""

import pytest
from django.db import connection

from apps.accounts.tests.factories import UserFactory
from apps.core.client_address import bound_client_address
from apps.events import services as events
from apps.events.cloud_events import as_json
from apps.events.models import Delivery, OutboxEvent
from apps.events.tests.factories import lamp_lit


class Key:
    is_person = False
    public_id = "01a1fa00-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("person", "role"),
    [
        ({}, "customer"),
        ({"is_staff": True}, "admin"),
        ({"is_staff": True, "roles": ["warehouse", "support"]}, "support,warehouse"),
        ({"is_staff": True, "roles": []}, "staff"),
        ({"is_staff": True, "is_superuser": True}, "operator"),
    ],
)
def test_says_what_a_person_was(store, person, role):
    events.publish(lamp_lit(), store=store, by=UserFactory(store=store, **person))
    assert OutboxEvent.objects.get().actor_role == role


def test_a_key_is_a_key_and_nobody_is_the_system(store):
    events.publish(lamp_lit(), store=store, by=Key())
    events.publish(lamp_lit(), store=store)
    assert [event.actor_role for event in OutboxEvent.objects.order_by("pk")] == ["key", "system"]


def test_where_it_came_from_is_kept_as_ciphertext_and_told_to_nobody(
    store, staff_client, subscribe
):
    heard = []
    subscribe(lambda delivery: heard.append(delivery.event.get_deferred_fields()))
    with bound_client_address("203.0.113.7"):
        events.publish(lamp_lit(), store=store)
    events.number_events()

    with connection.cursor() as cursor:
        cursor.execute("SELECT origin FROM events_outboxevent")
        (kept,) = cursor.fetchone()
    assert "203.0.113.7" not in kept
    event = OutboxEvent.objects.get()
    assert event.get_deferred_fields() == {"origin"}
    assert "203.0.113.7" not in staff_client.get("/api/v1/events").content.decode()
    assert "203.0.113.7" not in as_json(event)
    events.deliver_event(delivery_id=Delivery.objects.get().public_id)
    assert heard == [{"origin"}]
    assert event.origin == "203.0.113.7"


def test_what_happens_outside_a_request_comes_from_nowhere(store):
    events.publish(lamp_lit(), store=store)
    assert OutboxEvent.objects.get().origin is None
