from datetime import UTC, datetime

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.tests.factories import UserFactory
from apps.audit import services as audit
from apps.audit.models import AuditRecord
from apps.audit.tests.conftest import sql
from apps.audit.tests.factories import AuditRecordFactory
from apps.core.client_address import bound_client_address
from apps.core.request_id import bound_request_id
from apps.stores.tests.factories import StoreFactory

pytestmark = pytest.mark.django_db(databases=["default", "audit"])
LIST = "/admin/audit/auditrecord/"


@pytest.fixture
def operator(store):
    browser = Client()
    browser.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))
    return browser


@pytest.fixture
def clerk(store):
    return UserFactory(store=store, is_staff=True)


@pytest.fixture
def record(publish, clerk):
    """One of a clerk at an address, among others."""
    publish(1, 2)
    with bound_client_address("203.0.113.7"), bound_request_id("request-77"):
        publish(3, by=clerk)
    publish(4)
    audit.record_events()
    return AuditRecord.objects.get(sequence=3)


def found(browser, **query):
    answer = browser.get(LIST, query)
    assert answer.status_code == 200
    return [one.sequence for one in answer.context["cl"].result_list]


def test_the_newest_stand_first(operator, record):
    assert found(operator) == [4, 3, 2, 1]


@pytest.mark.parametrize(
    "term",
    [
        lambda record: str(record.event_id),
        lambda record: str(record.aggregate_id),
        lambda record: record.actor,
        lambda record: record.actor.removeprefix("user:"),
        lambda record: "request-77",
        lambda record: " 203.0.113.7 ",
    ],
    ids=["event", "thing", "actor", "id of the actor", "request", "address"],
)
def test_is_searched_by_who_what_and_from_where(operator, record, term):
    assert found(operator, q=term(record)) == [3]


def test_is_searched_by_the_beginning_of_a_name(operator, record):
    assert found(operator, q="lamp.") == [4, 3, 2, 1]
    assert found(operator, q="amp.lit") == []
    assert found(operator, q="198.51.100.1") == []


def test_is_narrowed_to_a_time(operator, store):
    for day in (1, 2, 3):
        AuditRecordFactory(
            sequence=day,
            store=store.public_id,
            occurred_at=datetime(2026, 11, day, 12, tzinfo=UTC),
        )
    noon = {
        "occurred_at_from_0": "2026-11-02",
        "occurred_at_from_1": "00:00:00",
        "occurred_at_to_0": "2026-11-02",
        "occurred_at_to_1": "23:59:59",
    }
    assert found(operator, **noon) == [2]
    assert found(operator, occurred_at_from_0="2026-11-02") == [3, 2]
    assert found(operator, occurred_at_to_0="2026-11-02", occurred_at_to_1="11:00") == [1]
    assert found(operator, occurred_at_from_0="yesterday") == [3, 2, 1]


def test_a_record_shows_everything(operator, record):
    page = operator.get(f"{LIST}3/change/").content.decode()
    for shown in ("lamp.lit", record.actor, "203.0.113.7", "request-77", record.hash, "number"):
        assert shown in page


def test_an_origin_that_cannot_be_read_says_so(operator, record):
    sql("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
    sql("UPDATE audit_auditrecord SET origin = 'spoilt', content = 'no JSON' WHERE sequence = 3")
    page = operator.get(f"{LIST}3/change/").content.decode()
    assert "cannot be read" in page
    assert "no JSON" in page


def test_nothing_can_be_written_here(operator, record):
    assert operator.get(f"{LIST}add/").status_code == 403
    assert operator.post(f"{LIST}3/change/", {"actor": "nobody"}).status_code == 403
    assert operator.post(f"{LIST}3/delete/", {"post": "yes"}).status_code == 403
    assert list(audit.verify_audit()) == []


def test_another_store_is_not_seen(operator, record):
    AuditRecordFactory(sequence=9, store=StoreFactory().public_id)
    assert found(operator) == [4, 3, 2, 1]
    assert operator.get(f"{LIST}9/change/").status_code == 302


def test_a_list_asks_the_audit_database_twice(operator, store):
    for number in range(1, 41):
        AuditRecordFactory(sequence=number, store=store.public_id)
    with CaptureQueriesContext(connections["audit"]) as asked:
        assert len(found(operator)) == 40
    assert len(asked) <= 3
