"""Marked values go through every flow. None may be found in clear in what is kept or said."""

import uuid
from collections.abc import Iterator
from contextlib import suppress

import pytest
import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from kombu import Connection

from apps.accounts.models import User
from apps.audit import services as audit
from apps.core import answer_cache, encrypted_fields
from apps.events import services as events
from apps.mail.models import SentMail
from apps.orders.models import Order
from config.queues import DELIVERIES, PERIODIC
from conftest import client_of
from tests.broker import Listener
from tests.canary import marks, traces
from tests.canary.visit import ADMIN_TOKEN, Clerk, Visit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "audit"])


@pytest.fixture
def visit(store, settings, kept_answers) -> Iterator[Visit]:
    settings.EVENTS_WAKE_RELAY = True
    settings.ADMIN_TOKENS = [ADMIN_TOKEN]
    yield Visit(store, secrets={ADMIN_TOKEN})
    cache.clear()
    for queue in (PERIODIC, DELIVERIES):
        with Connection(settings.CELERY_BROKER_URL) as line, suppress(*line.channel_errors):
            line.default_channel.queue_purge(queue)


def everywhere(log: str, follower: Listener | None = None) -> Iterator[traces.Trace]:
    yield from traces.database()
    yield from traces.sessions()
    yield from traces.files()
    yield from traces.redis()
    yield from traces.broker(follower)
    yield from (("log", line) for line in log.splitlines())


def go_through_everything(visit: Visit) -> None:
    visit.enter()
    person = User.objects.get(email=marks.EMAIL)
    staff = User.objects.create_user(
        store=visit.store, email="clerk@x.example", is_staff=True, is_superuser=True
    )
    clerk = Clerk(visit.store, client_of(staff))
    clerk.enter()
    address_id = visit.keep_addresses()
    order, canceled = visit.order(address_id), visit.direct_order()
    payment = visit.pay(order)
    visit.tell_by_webhook()
    visit.call_off(canceled)
    visit.fail_to_deliver()
    visit.judge()
    clerk.correct(person)
    clerk.moderate()
    clerk.handle(order, payment)
    visit.deliver()
    visit.break_down()
    clerk.take_along()
    clerk.look()
    unpaid = visit.direct_order()
    events.relay_events()  # so that its deliveries lie in the broker
    assert audit.record_events()
    assert Order.objects.get(public_id=unpaid["id"]).state == "pending"


def find_leaks(visit: Visit, follower: Listener | None = None) -> list[str]:
    with traces.log_lines() as log:
        go_through_everything(visit)
        leaks = traces.found([*marks.MARKS, *visit.secrets], everywhere(log.getvalue(), follower))
        visit.leave()
        events.relay_events()
        assert audit.record_events()
        left = traces.found([*marks.MARKS, *visit.secrets], everywhere(log.getvalue(), follower))
    assert "request_started" in log.getvalue()  # something was listened to
    return [*leaks, *left]


def test_nothing_personal_is_kept_or_said_in_clear(visit):
    assert find_leaks(visit) == []
    assert SentMail.objects.filter(state="sent").count() >= 4


@pytest.mark.services
def test_nothing_personal_goes_through_rabbitmq(visit, monkeypatch):
    seen, read = set(), traces.broker

    def noting(follower):
        for where, text in read(follower):
            seen.add(where)
            yield where, text

    monkeypatch.setattr(traces, "broker", noting)
    follower = Listener(settings.CELERY_BROKER_URL, f"canary-{uuid.uuid4()}")
    try:
        assert find_leaks(visit, follower) == []
    finally:
        follower.forget()
    assert {f"queue {DELIVERIES}", "announced"} <= seen


# --- it would be noticed -------------------------------------------------------------------------
def leaks_of(visit: Visit) -> list[str]:
    with traces.log_lines() as log:
        visit.enter()
        visit.keep_addresses()
        return traces.found([*marks.MARKS, *visit.secrets], everywhere(log.getvalue()))


def test_without_leaks_these_flows_are_clean(visit):
    assert leaks_of(visit) == []


def test_a_field_in_clear_is_found(visit, monkeypatch):
    encrypt, decrypt = encrypted_fields.encrypt, encrypted_fields.decrypt

    def in_clear(text):
        return text if text == marks.CITY else encrypt(text)

    monkeypatch.setattr(encrypted_fields, "encrypt", in_clear)
    monkeypatch.setattr(
        encrypted_fields, "decrypt", lambda kept: kept if kept == marks.CITY else decrypt(kept)
    )

    assert leaks_of(visit) == ["table accounts_address: birdham-4f1c"]


def test_an_answer_that_is_remembered_in_clear_is_found(visit, monkeypatch):
    encrypt, decrypt = encrypted_fields.encrypt, encrypted_fields.decrypt
    monkeypatch.setattr(
        encrypted_fields, "encrypt", lambda text: text if text[0] == "{" else encrypt(text)
    )
    monkeypatch.setattr(
        encrypted_fields, "decrypt", lambda kept: kept if kept[0] == "{" else decrypt(kept)
    )

    found = leaks_of(visit)

    assert {one.partition(":")[0] for one in found} == {"table idempotency_idempotencykey"}


def test_an_answer_that_is_kept_in_clear_is_found(visit, monkeypatch):
    monkeypatch.setattr(answer_cache, "encrypt", lambda text: text)
    monkeypatch.setattr(answer_cache, "decrypt", lambda kept: kept)
    with traces.log_lines() as log:
        visit.enter()
        visit.order(visit.keep_addresses())
        found = traces.found(marks.MARKS, everywhere(log.getvalue()))

    assert found
    assert all(one.startswith("Redis value of tradepost-answers:answer:") for one in found)


@pytest.mark.parametrize(
    "plant",
    [
        lambda: cache.set(f"person:{marks.EMAIL}", 1),
        lambda: cache.set("person:1", {"phone": marks.PHONE}),
        lambda: structlog.get_logger("x").debug("seen", name=marks.NAME),
        # Not an e-mail address: the log takes those out, whoever writes them.
        lambda: structlog.get_logger("x").info("seen", url=f"/?q={marks.CITY}"),
    ],
)
def test_a_value_in_the_cache_or_in_the_log_is_found(visit, monkeypatch, plant):
    enter = visit.enter
    monkeypatch.setattr(visit, "enter", lambda: (enter(), plant()))

    assert len(leaks_of(visit)) == 1


def test_a_session_or_an_event_that_tells_is_found(visit, client, staff, monkeypatch):
    def plant():
        client.force_login(staff)
        session = client.session
        session["name"] = marks.NAME
        session.save()
        with transaction.atomic():
            SentMail.objects.create(
                store=visit.store, key=uuid.uuid4(), recipient=marks.EMAIL, template="x"
            )

    enter = visit.enter
    monkeypatch.setattr(visit, "enter", lambda: (enter(), plant()))

    assert leaks_of(visit) == [
        "session: serinus canaria-4f1c",
        "table mail_sentmail: canary-4f1c@aviary.example",
    ]
