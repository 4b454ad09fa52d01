from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.core.ids import uuid7
from apps.events.models import Delivery, OutboxEvent
from tests.statements import at_most


def event(store, **fields):
    defaults = {
        "store": store.public_id,
        "name": "lamp.lit",
        "aggregate_type": "lamp",
        "aggregate_id": uuid7(),
        "actor": "system",
        "payload": {},
    }
    return OutboxEvent.objects.create(**defaults | fields)


def delivery(store, state=Delivery.State.DEAD, **fields):
    done = timezone.now() if state == Delivery.State.DONE else None
    return Delivery.objects.create(
        event=event(store), subscriber="lamps.react", state=state, done_at=done, attempts=12,
        **fields,
    )  # fmt: skip


def browser_with(store, role):
    clerk = UserFactory(store=store, is_staff=True, roles=[role])
    browser = Client()
    browser.force_login(clerk)
    return browser


@pytest.fixture
def clerk(store):
    return browser_with(store, "manager")


def shown(browser, path, **query):
    return list(browser.get(f"/admin/events/{path}/", query).context["cl"].queryset)


def deliver_again(browser, *deliveries):
    return browser.post(
        "/admin/events/delivery/",
        {"action": "deliver_again", "_selected_action": [one.pk for one in deliveries]},
        follow=True,
    )


def test_a_dead_delivery_is_tried_again(clerk, store):
    dead, done = delivery(store), delivery(store, Delivery.State.DONE)

    response = deliver_again(clerk, dead, done)

    dead.refresh_from_db()
    done.refresh_from_db()
    assert (dead.state, dead.attempts) == ("pending", 0)
    assert (done.state, done.attempts) == ("done", 12)
    page = response.content.decode()
    assert "1 will be tried again." in page
    assert "lamp.lit to lamps.react: The delivery was not given up" in page


def test_no_more_than_a_page_of_deliveries_is_tried_again_at_once(clerk, store):
    happened = event(store)
    dead = [
        Delivery.objects.create(event=happened, subscriber=f"lamps.react{n}", state="dead")
        for n in range(51)
    ]

    response = deliver_again(clerk, *dead)

    assert "At most 50 at once. Nothing was done." in response.content.decode()
    assert Delivery.objects.filter(state="dead").count() == 51


def test_an_event_its_deliveries_and_what_it_is_about_lead_to_each_other(clerk, store):
    buyer = UserFactory(store=store)
    happened = event(
        store, name="customer.updated", aggregate_type="customer", aggregate_id=buyer.public_id
    )
    heard = Delivery.objects.create(event=happened, subscriber="lamps.react")

    of_event = clerk.get(f"/admin/events/outboxevent/{happened.pk}/change/").content.decode()
    of_delivery = clerk.get(f"/admin/events/delivery/{heard.pk}/change/").content.decode()

    person = f"/admin/accounts/user/?q={buyer.public_id}"
    assert person in of_event
    assert f"/admin/events/delivery/{heard.pk}/change/" in of_event
    assert person in of_delivery
    assert f"/admin/events/outboxevent/{happened.pk}/change/" in of_delivery
    assert shown(clerk, "delivery", q=str(buyer.public_id)) == [heard]
    assert shown(clerk, "delivery", q=str(happened.public_id)) == [heard]


def test_finds_events_of_a_day(clerk, store):
    old = event(store, created_at=datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
    event(store, created_at=datetime(2026, 3, 2, 0, 0, tzinfo=UTC))

    day = {"created_at_from_0": "2026-03-01", "created_at_to_0": "2026-03-01"}

    assert shown(clerk, "outboxevent", **day) == [old]
    assert len(shown(clerk, "outboxevent", created_at_from_0="never")) == 2


def test_who_may_only_look_delivers_nothing(store):
    dead = delivery(store)

    deliver_again(browser_with(store, "read_only"), dead)

    dead.refresh_from_db()
    assert dead.state == "dead"


def test_another_stores_deliveries_and_events_are_not_there(clerk):
    other = UserFactory().store
    dead = delivery(other)

    deliver_again(clerk, dead)

    dead.refresh_from_db()
    assert dead.state == "dead"
    assert shown(clerk, "delivery") == []
    assert shown(clerk, "outboxevent") == []


def test_the_ledger_is_only_read(clerk, store):
    happened = event(store)
    page = f"/admin/events/outboxevent/{happened.pk}/change/"

    assert clerk.get(page).status_code == 200
    assert clerk.post(page, {"name": "lamp.stolen"}).status_code == 403
    assert clerk.get("/admin/events/outboxevent/add/").status_code == 403
    assert clerk.post(f"/admin/events/outboxevent/{happened.pk}/delete/").status_code == 403
    happened.refresh_from_db()
    assert happened.name == "lamp.lit"


def test_finds_events_by_id_and_by_the_beginning_of_their_name(clerk, store):
    lit, broken = event(store), event(store, name="lamp.broken")

    assert shown(clerk, "outboxevent", q=str(lit.public_id)) == [lit]
    assert shown(clerk, "outboxevent", q=f" {broken.aggregate_id} ") == [broken]
    assert shown(clerk, "outboxevent", q="lamp.") == [broken, lit]
    assert shown(clerk, "outboxevent", q="lamp.broken") == [broken]
    assert shown(clerk, "outboxevent", q="%") == []


def test_filters_deliveries_by_state(clerk, store):
    dead, _ = delivery(store), delivery(store, Delivery.State.PENDING)

    assert shown(clerk, "delivery", state__exact="dead") == [dead]


def test_lists_and_pages_cost_the_same_however_many_rows_they_show(clerk, store):
    happened = event(store)
    for number in range(30):
        Delivery.objects.create(event=happened, subscriber=f"lamps.react{number}")

    with at_most(6):
        clerk.get("/admin/events/delivery/")
    with at_most(6):
        clerk.get(f"/admin/events/outboxevent/{happened.pk}/change/")
