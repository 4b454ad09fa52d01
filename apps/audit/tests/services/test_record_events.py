from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from django.db import connection, connections, transaction

from apps.accounts.tests.factories import UserFactory
from apps.audit import services as audit
from apps.audit import tasks
from apps.audit.chain import NOTHING_BEFORE
from apps.audit.errors import AuditDatabaseAway, ChainDiffers, RecordedMeanwhile
from apps.audit.models import AuditHead, AuditRecord
from apps.audit.tests.conftest import sql, without_guards
from apps.backoffice.tests.frozen import closed_port
from apps.core.client_address import bound_client_address
from apps.core.request_id import bound_request_id
from apps.events import services as events
from apps.events.models import FeedReader, OutboxEvent
from apps.events.tests.factories import lamp_lit

# By module: the package's attribute of that name is the function.
RECORDING = import_module("apps.audit.services.record_events")

pytestmark = pytest.mark.django_db(databases=["default", "audit"])


def recorded() -> list[int]:
    found = AuditRecord.objects.order_by("sequence").values_list("content", flat=True)
    return [int(content.split('"number":')[1].split(",")[0]) for content in found]


def breaks() -> list[audit.Break]:
    return list(audit.verify_audit())


def test_each_event_has_a_record_in_the_order_of_the_feed(publish):
    publish(*range(250))
    assert audit.record_events() == 250
    publish(250)
    assert audit.record_events() == 1
    assert audit.record_events() == 0

    assert recorded() == list(range(251))
    sequences = AuditRecord.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(sequences) == list(range(1, 252))
    assert breaks() == []


def test_a_record_says_who_did_what_when_and_from_where(store, publish):
    clerk = UserFactory(store=store, is_staff=True, roles=["support", "finance"])
    happened = datetime(2026, 11, 20, 12, 30, 0, 123456, tzinfo=UTC)
    with (
        time_machine.travel(happened, tick=False),
        bound_request_id("request-1"),
        bound_client_address("203.0.113.7"),
    ):
        publish(7, by=clerk)
    audit.record_events()

    record = AuditRecord.objects.get()
    event = OutboxEvent.objects.get()
    assert record.event_id == event.public_id
    assert record.position == event.position
    assert record.occurred_at == happened
    assert record.store == store.public_id
    assert record.actor == f"user:{clerk.public_id}"
    assert record.actor_role == "finance,support"
    assert record.origin == "203.0.113.7"
    assert record.request_id == "request-1"
    assert record.name == "lamp.lit"
    assert (record.aggregate_type, record.aggregate_id) == ("lamp", event.aggregate_id)
    assert record.content == '{"number":7,"price":null}'
    assert record.previous_hash == NOTHING_BEFORE
    assert len(record.hash) == 64


def test_no_address_stands_in_either_database_as_text(publish):
    with bound_client_address("203.0.113.7"):
        publish(1)
    audit.record_events()
    for alias, table in (("default", "events_outboxevent"), ("audit", "audit_auditrecord")):
        with connections[alias].cursor() as cursor:
            cursor.execute(f"SELECT t::text FROM {table} t")
            (row,) = cursor.fetchone()
        assert "203.0.113.7" not in row


def test_each_record_follows_the_one_before(chain):
    hashes = [record.hash for record in chain]
    assert [record.previous_hash for record in chain] == [NOTHING_BEFORE, *hashes[:-1]]
    assert len(set(hashes)) == 12
    assert (AuditHead.current().sequence, AuditHead.current().hash) == (12, hashes[-1])


def test_what_was_not_committed_is_not_recorded(store, publish):
    with pytest.raises(RuntimeError), transaction.atomic():
        events.publish(lamp_lit(number=1), store=store)
        raise RuntimeError
    publish(2)
    audit.record_events()
    assert recorded() == [2]


def test_ids_that_become_visible_out_of_order_are_recorded_in_the_order_of_the_feed(publish):
    publish(1, 2, 3)
    first, second, third = OutboxEvent.objects.order_by("pk")
    for place, event in enumerate((third, first, second), start=1):
        OutboxEvent.objects.filter(pk=event.pk).update(position=place)
    audit.record_events()
    assert recorded() == [3, 1, 2]
    assert breaks() == []


def test_a_clock_that_goes_backwards_breaks_nothing(publish):
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False) as clock:
        publish(1)
        audit.record_events()
        clock.shift(timedelta(hours=-3))
        publish(2)
        audit.record_events()
    assert recorded() == [1, 2]
    assert breaks() == []


@pytest.mark.parametrize(
    "price",
    ["x" * 5_000_000, "Zoë 漢字 \U0001f600", '"\\\n\t\x7f', {"b": [1, 1.5, None], "a": 10**30}],
    ids=["huge", "letters", "signs", "nested"],
)
def test_any_payload_is_recorded_as_it_is(store, price):
    events.publish(lamp_lit(price=price), store=store)
    audit.record_events()
    assert breaks() == []


def killed() -> None:
    raise SystemExit("killed")


@pytest.mark.parametrize("where", ["before it is anchored", "before the reader moves"])
def test_whoever_is_killed_after_appending_leaves_neither_gap_nor_double(
    publish, monkeypatch, where
):
    publish(1, 2, 3)
    with monkeypatch.context() as at:
        if where == "before it is anchored":
            at.setattr(AuditHead, "move", lambda **_: killed())
        else:
            at.setattr(FeedReader, "advance", lambda *_, **__: killed())
        with pytest.raises(SystemExit):
            audit.record_events()
    assert FeedReader.objects.get(name="auditor").position == 0
    assert recorded() == [1, 2, 3]

    publish(4)
    audit.record_events()

    assert recorded() == [1, 2, 3, 4]
    assert AuditHead.current().sequence == 4
    assert breaks() == []


def forget_what_is_known(monkeypatch) -> None:
    monkeypatch.setattr(RECORDING, "_known", lambda ids: set())


def test_without_looking_for_what_is_known_the_database_refuses_it_twice(publish, monkeypatch):
    publish(1, 2)
    audit.record_events()
    FeedReader.objects.update(position=0)
    forget_what_is_known(monkeypatch)
    with pytest.raises(RecordedMeanwhile):
        audit.record_events()
    assert recorded() == [1, 2]


def test_without_either_it_would_be_recorded_twice(publish, monkeypatch):
    """A mutant: what the two tests above rest on."""
    with without_guards("audit_record_once_for_each_event"):
        publish(1, 2)
        audit.record_events()
        FeedReader.objects.update(position=0)
        forget_what_is_known(monkeypatch)
        audit.record_events()
        assert recorded() == [1, 2, 1, 2]


def test_nothing_is_appended_to_a_chain_that_was_cut(publish, chain):
    sql("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
    sql("DELETE FROM audit_auditrecord WHERE sequence > 10")
    publish(99)
    with pytest.raises(ChainDiffers):
        audit.record_events()
    assert AuditRecord.objects.count() == 10
    assert AuditHead.current().sequence == 12


def test_nothing_is_appended_to_a_chain_that_ends_otherwise(publish, chain):
    sql("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
    sql("UPDATE audit_auditrecord SET hash = repeat('f', 64) WHERE sequence = 12")
    publish(99)
    with pytest.raises(ChainDiffers):
        audit.record_events()
    assert AuditRecord.objects.count() == 12


@pytest.fixture
def audit_database_is_down(monkeypatch):
    """Connections opened from now on find nobody. In a test without the other's transaction."""
    connections["audit"].close()
    settings = connections["audit"].settings_dict
    with monkeypatch.context() as at:
        at.setitem(settings, "HOST", "127.0.0.1")
        at.setitem(settings, "PORT", str(closed_port()))
        yield at.undo
    connections["audit"].close()


@pytest.mark.django_db(transaction=True, databases=["default", "audit"])
def test_what_happens_while_the_audit_database_is_down_is_recorded_afterwards(
    publish, audit_database_is_down
):
    publish(1, 2)
    with pytest.raises(AuditDatabaseAway, match="refused"):
        audit.record_events()
    tasks.record_events()  # says so, and does not fail
    assert FeedReader.objects.get(name="auditor").position == 0
    assert FeedReader.objects.get(name="auditor").holder is None

    audit_database_is_down()
    assert audit.record_events() == 2
    assert recorded() == [1, 2]
    assert breaks() == []


def test_asks_the_audit_database_nothing_when_nothing_has_happened(publish, chain):
    with connections["audit"].execute_wrapper(lambda *_: pytest.fail("it was asked")):
        assert audit.record_events() == 0


def test_a_batch_costs_a_few_statements_however_many_it_has(publish):
    publish(*range(200))
    audit.record_events()
    publish(*range(200, 400))
    counted: list[str] = []

    def count(execute, statement, *rest):
        counted.append(statement)
        return execute(statement, *rest)

    with connection.execute_wrapper(count), connections["audit"].execute_wrapper(count):
        audit.record_events()
    assert len(counted) <= 30


def test_publishing_costs_one_statement_with_all_of_it(store, django_assert_num_queries):
    shopper = UserFactory(store=store)
    with bound_client_address("203.0.113.7"), django_assert_num_queries(1):
        events.publish(lamp_lit(), lamp_lit(), store=store, by=shopper)
