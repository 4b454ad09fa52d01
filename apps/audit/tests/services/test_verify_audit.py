"""Whatever somebody does to the record who owns its database, and even its key, is found."""

import random
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from apps.audit import services as audit
from apps.audit.chain import seal
from apps.audit.models import AuditHead, AuditRecord
from apps.audit.tests.conftest import sql
from apps.core.encryption import encrypt
from apps.core.ids import uuid7
from apps.events import services as events
from apps.events.models import FeedReader, OutboxEvent

# By module: the package's attribute of that name is the function.
VERIFYING = import_module("apps.audit.services.verify_audit")

pytestmark = pytest.mark.django_db(databases=["default", "audit"])

TAMPERS = 1000


def kinds(**options: int) -> list[str]:
    return [str(one.kind) for one in audit.verify_audit(**options)]


def rows() -> Any:
    return AuditRecord.objects.defer("origin")


@pytest.fixture
def owned(chain: list[AuditRecord]) -> list[AuditRecord]:
    """The chain, in a database whose triggers and constraints somebody has removed."""
    sql("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
    for constraint in (
        "audit_auditrecord_pkey",
        "audit_record_once_for_each_event",
        "audit_record_sequence_from_one",
    ):
        sql(f"ALTER TABLE audit_auditrecord DROP CONSTRAINT {constraint}")
    return chain


def test_a_chain_that_nobody_touched_is_whole(chain):
    assert kinds() == []
    assert kinds(first=5) == []


def test_an_empty_record_is_whole(store):
    assert kinds() == []


def reseal(*, start: int, settings: Any, key: str) -> None:
    """Seals a chain anew from a place on, each record after the one before."""
    kept, settings.AUDIT_KEY = settings.AUDIT_KEY, key
    before = rows().filter(sequence=start - 1).first()
    previous = before.hash if before else "0" * 64
    for record in list(rows().filter(sequence__gte=start).order_by("sequence")):
        record.previous_hash = previous
        previous = seal(record)
        rows().filter(sequence=record.sequence).update(
            previous_hash=record.previous_hash, hash=previous
        )
    settings.AUDIT_KEY = kept


def other(column: str, draw: random.Random) -> Any:
    """What a column might be changed to."""
    return {
        "event_id": uuid7,
        "position": lambda: F("position") + draw.choice([-1, 1, 1000]),
        "occurred_at": lambda: "2020-01-01T00:00:00Z",
        "recorded_at": lambda: "2020-01-01T00:00:00Z",
        "store": uuid7,
        "actor": lambda: f"user:{uuid7()}",
        "actor_role": lambda: draw.choice(["admin", "", "customer,admin"]),
        "origin": lambda: f"198.51.100.{draw.randrange(256)}",
        "origin_index": lambda: f"{draw.getrandbits(256):064x}",
        "request_id": lambda: f"{draw.getrandbits(64):016x}",
        "name": lambda: draw.choice(["lamp.lit ", "Lamp.lit", "lamp.broken", ""]),
        "aggregate_type": lambda: draw.choice(["", "order"]),
        "aggregate_id": uuid7,
        "content": lambda: draw.choice(["", "{}", '{"number": 0}', '{"number":1000,"price":null}']),
        "previous_hash": lambda: f"{draw.getrandbits(256):064x}",
        "hash": lambda: f"{draw.getrandbits(256):064x}",
    }[column]()


COLUMNS = [field.name for field in AuditRecord._meta.fields if field.name != "sequence"]


def edit(draw: random.Random, settings: Any, columns: list[str] = COLUMNS) -> str:
    column, place = draw.choice(columns), draw.randint(1, 12)
    rows().filter(sequence=place).update(**{column: other(column, draw)})
    return f"{column} of {place}"


def edit_and_seal_with_another_key(draw: random.Random, settings: Any) -> str:
    what = edit(draw, settings)
    start = draw.randint(1, 12)
    reseal(start=start, settings=settings, key=f"guess {draw.random()}")
    return f"{what}, sealed anew from {start}"


def edit_and_seal_with_the_key(draw: random.Random, settings: Any) -> str:
    what = edit(draw, settings, [one for one in COLUMNS if not one.endswith("hash")])
    reseal(start=1, settings=settings, key=settings.AUDIT_KEY)
    # What a seal covers is sealed now; the anchor and the outbox know better.
    return f"{what}, sealed anew with the key"


def delete(draw: random.Random, settings: Any) -> str:
    gone = draw.sample(range(1, 13), draw.randint(1, 4))
    rows().filter(sequence__in=gone).delete()
    return f"{gone} deleted"


def delete_and_close_the_gap(draw: random.Random, settings: Any) -> str:
    gone = draw.randint(1, 12)
    rows().filter(sequence=gone).delete()
    rows().filter(sequence__gt=gone).update(sequence=F("sequence") - 1)
    if draw.random() < 0.5:
        reseal(start=gone, settings=settings, key=draw.choice(["guess", settings.AUDIT_KEY]))
    return f"{gone} deleted, and the gap closed"


def cut(draw: random.Random, settings: Any) -> str:
    last = draw.randint(0, 11)
    rows().filter(sequence__gt=last).delete()
    return f"cut after {last}"


def swap(draw: random.Random, settings: Any) -> str:
    one, two = draw.sample(range(1, 13), 2)
    rows().filter(sequence=one).update(sequence=99)
    rows().filter(sequence=two).update(sequence=one)
    rows().filter(sequence=99).update(sequence=two)
    if draw.random() < 0.3:
        reseal(start=1, settings=settings, key=draw.choice(["guess", settings.AUDIT_KEY]))
    return f"{one} and {two} swapped"


def forged(draw: random.Random, at: int) -> AuditRecord:
    record = rows().get(sequence=draw.randint(1, 12))
    record.origin, record.origin_index = None, ""
    record.sequence, record.event_id = at, uuid7()
    return record


def insert(draw: random.Random, settings: Any) -> str:
    place = draw.randint(1, 13)
    made = forged(draw, place)
    rows().filter(sequence__gte=place).update(sequence=F("sequence") + 1)
    AuditRecord.objects.bulk_create([made])
    if draw.random() < 0.5:
        reseal(start=place, settings=settings, key=draw.choice(["guess", settings.AUDIT_KEY]))
    return f"inserted at {place}"


def double(draw: random.Random, settings: Any) -> str:
    place = draw.choice([-1, 0, *range(1, 13)])
    copied = rows().get(sequence=draw.randint(1, 12)) if place < 1 else rows().get(sequence=place)
    copied.origin, copied.sequence = None, place
    if copied.origin_index:
        copied.origin = "203.0.113.7"
    AuditRecord.objects.bulk_create([copied])
    return f"a second {place}"


def say_less(draw: random.Random, settings: Any) -> str:
    place = draw.randint(1, 8)
    kept = draw.choice([None, "no ciphertext", encrypt("198.51.100.1"), encrypt("")])
    sql("UPDATE audit_auditrecord SET origin = %s WHERE sequence = %s", kept, place)
    return f"origin of {place} is {kept}"


def begin_anew(draw: random.Random, settings: Any) -> str:
    sql("TRUNCATE audit_auditrecord")
    return "emptied"


WAYS: list[tuple[Callable[[random.Random, Any], str], int]] = [
    (edit, 8),
    (edit_and_seal_with_another_key, 4),
    (edit_and_seal_with_the_key, 2),
    (delete, 3),
    (delete_and_close_the_gap, 3),
    (cut, 3),
    (swap, 4),
    (insert, 4),
    (double, 3),
    (say_less, 3),
    (begin_anew, 1),
]


def test_a_thousand_random_tampers_are_all_found(owned, settings):
    ways, weights = zip(*WAYS, strict=True)
    missed, used = [], set()
    for number in range(TAMPERS):
        draw = random.Random(number)
        (way,) = draw.choices(ways, weights)
        with transaction.atomic(using="audit"):
            what = way(draw, settings)
            if not kinds():
                missed.append(f"{number}: {what}")
            transaction.set_rollback(True, using="audit")
        used.add(way)
    assert missed == []
    assert used == set(ways)
    assert kinds() == []


@pytest.mark.parametrize("column", COLUMNS)
def test_each_column_of_each_end_of_the_chain_is_covered(owned, column):
    for place in (1, 12):
        with transaction.atomic(using="audit"):
            rows().filter(sequence=place).update(**{column: other(column, random.Random(1))})
            first = next(audit.verify_audit())
            assert first.sequence in {place, place + 1}
            transaction.set_rollback(True, using="audit")


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_auditrecord SET actor = 'system' WHERE sequence = 3", ("edited", 3)),
        ("DELETE FROM audit_auditrecord WHERE sequence IN (4, 5)", ("deleted", 4)),
        ("DELETE FROM audit_auditrecord WHERE sequence > 9", ("cut", 10)),
        ("DELETE FROM audit_auditrecord", ("cut", 1)),
        (
            "UPDATE audit_auditrecord SET occurred_at = 'infinity' WHERE sequence = 2",
            ("deleted", 2),
        ),
    ],
)
def test_the_first_that_is_wrong_is_named(owned, statement, found):
    sql(statement)
    first = next(audit.verify_audit())
    assert (str(first.kind), first.sequence) == found


def test_a_second_record_of_one_number_is_found_at_the_edge_of_a_page_too(owned, monkeypatch):
    monkeypatch.setattr(VERIFYING, "_BATCH", 4)
    copied = rows().get(sequence=4)
    copied.origin = "203.0.113.7"
    AuditRecord.objects.bulk_create([copied])
    assert kinds() == ["inserted"]


def test_what_the_outbox_tells_otherwise_is_found(chain):
    OutboxEvent.objects.filter(public_id=chain[4].event_id).update(
        payload={"number": 5}, actor="system"
    )
    (found,) = audit.verify_audit()
    assert (str(found.kind), found.sequence, found.detail) == ("differs", 5, "content, actor")


def test_an_event_that_is_gone_from_the_outbox_is_found(chain):
    OutboxEvent.objects.filter(public_id=chain[4].event_id).delete()
    assert kinds() == ["unknown"]


def test_an_event_that_was_read_and_is_in_no_record_is_found(publish, chain):
    publish(99)
    FeedReader.objects.filter(name="auditor").update(position=F("position") + 1)
    events.number_events()
    (found,) = audit.verify_audit()
    assert (str(found.kind), found.event) == (
        "missing",
        OutboxEvent.objects.get(payload__number=99).public_id,
    )


def test_an_end_that_was_written_anew_with_the_key_is_not_the_one_that_was_anchored(
    owned, settings
):
    rows().filter(sequence=12).update(recorded_at="2020-01-01T00:00:00Z")
    reseal(start=12, settings=settings, key=settings.AUDIT_KEY)
    assert kinds() == ["replaced"]


def test_another_key_finds_every_record_forged(chain, settings):
    settings.AUDIT_KEY = "another key than it was sealed with"
    assert kinds() == ["edited"] * 12


def test_what_was_appended_and_not_yet_anchored_is_no_tampering(chain):
    AuditHead.objects.update(sequence=9, hash=chain[8].hash)
    assert kinds() == []


def test_a_part_is_checked_against_the_record_before_it(owned):
    rows().filter(sequence=6).update(hash="f" * 64)
    assert kinds(first=7) == ["unchained"]
    assert kinds(first=8) == []
