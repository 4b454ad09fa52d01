"""Finding out whether the record is what was written down."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import DataError
from django.db.models import F, Max, TextField
from django.db.models.functions import Cast

from apps.audit.chain import NOTHING_BEFORE, as_text, seal
from apps.audit.models import AuditHead, AuditRecord, AuditRecordQuerySet, index_of_origin
from apps.audit.services.record_events import AUDITOR
from apps.core.encryption import Undecipherable, decrypt
from apps.events.models import FeedReader, OutboxEvent

_BATCH = 1000


class Kind(StrEnum):
    """What is wrong with a record."""

    EDITED = "edited"  # it is not what was sealed, or not with our key
    DELETED = "deleted"  # records are missing here
    INSERTED = "inserted"  # a record more than there are places
    UNCHAINED = "unchained"  # it does not follow the record before
    REPLACED = "replaced"  # it is not the one that was anchored
    CUT = "cut"  # the chain ends before the one that was anchored
    UNKNOWN = "unknown"  # the outbox has no such event
    DIFFERS = "differs"  # the outbox tells it otherwise
    MISSING = "missing"  # an event that was read for the record is not in it


@dataclass(frozen=True, kw_only=True)
class Break:
    """One thing that is wrong, and where."""

    kind: Kind
    sequence: int | None = None
    event: UUID | None = None
    detail: str = ""


def verify_audit(*, first: int = 1) -> Iterator[Break]:
    """This function will yield all that is wrong with the record, from a sequence number on.

    It holds a thousand records at a time, and neither locks nor a transaction: more may be
    appended meanwhile, and is left to the next time.
    """
    # In this order: an event is recorded, then anchored, then counted as read.
    read = FeedReader.objects.filter(name=AUDITOR).values_list("position", flat=True).first() or 0
    head = AuditHead.current()
    end = AuditRecord.objects.aggregate(end=Max("sequence"))["end"] or 0
    yield from _verify_chain(first=first, end=end, head=head)
    if end < head.sequence:
        yield Break(
            kind=Kind.CUT, sequence=end + 1, detail=f"it went to {head.sequence} and ends at {end}"
        )
    yield from _verify_count(end=end)
    yield from _find_missing(first=first, read=read)


def _verify_chain(*, first: int, end: int, head: AuditHead) -> Iterator[Break]:
    expected, previous = first, _hash_before(first)
    rows = AuditRecord.objects.filter(sequence__lte=end)
    while True:
        page = _read(rows.filter(sequence__gte=expected))
        if not page:
            break
        for record in page:
            yield from _faults_of(record, expected=expected, previous=previous, head=head)
            expected, previous = record.sequence + 1, record.hash
        yield from _compare(page)
    if expected <= end:
        yield Break(kind=Kind.DELETED, sequence=expected)


def _hash_before(first: int) -> str | None:
    """`None` when there is nothing to compare with: then its absence has been told."""
    if first <= 1:
        return NOTHING_BEFORE
    before = AuditRecord.objects.filter(sequence=first - 1)
    return before.values_list("hash", flat=True).first()


def _read(rows: AuditRecordQuerySet) -> list[AuditRecord]:
    """Origins stay encrypted, for one that cannot be read is a finding and no failure. A row with
    a value that Python has no word for, as the time `infinity`, is as good as gone."""
    columns = rows.defer("origin").annotate(kept_origin=Cast(F("origin"), TextField()))
    try:
        return list(columns.order_by("sequence")[:_BATCH])
    except DataError:
        numbers = rows.order_by("sequence").values_list("sequence", flat=True)[:_BATCH]
        return [record for number in numbers for record in _read_one(columns, number)]


def _read_one(columns: AuditRecordQuerySet, number: int) -> list[AuditRecord]:
    try:
        return list(columns.filter(sequence=number))
    except DataError:
        return []


def _faults_of(
    record: AuditRecord, *, expected: int, previous: str | None, head: AuditHead
) -> Iterator[Break]:
    here: dict[str, Any] = {"sequence": record.sequence, "event": record.event_id}
    if record.sequence > expected:
        last = record.sequence - 1
        yield Break(kind=Kind.DELETED, sequence=expected, detail=f"{expected} to {last}")
    elif record.sequence < expected:
        yield Break(kind=Kind.INSERTED, **here)
    elif previous is not None and record.previous_hash != previous:
        yield Break(kind=Kind.UNCHAINED, **here, detail="it does not follow the one before")
    if seal(record) != record.hash:
        yield Break(kind=Kind.EDITED, **here, detail="its hash is not that of what it says")
    elif not _origin_is_whole(record):
        yield Break(kind=Kind.EDITED, **here, detail="its origin is not the one that was sealed")
    if record.sequence == head.sequence and record.hash != head.hash:
        yield Break(kind=Kind.REPLACED, **here, detail="it is not the one that was anchored")


def _origin_is_whole(record: AuditRecord) -> bool:
    kept: str | None = record.kept_origin  # type: ignore[attr-defined]
    try:
        return index_of_origin(None if kept is None else decrypt(kept)) == record.origin_index
    except Undecipherable:
        return False


def _compare(page: list[AuditRecord]) -> Iterator[Break]:
    ids = [record.event_id for record in page]
    events = {one.public_id: one for one in OutboxEvent.objects.filter(public_id__in=ids)}
    for record in page:
        here: dict[str, Any] = {"sequence": record.sequence, "event": record.event_id}
        event = events.get(record.event_id)
        if event is None:
            yield Break(kind=Kind.UNKNOWN, **here, detail="the outbox has no such event")
        elif different := _differences(record, event):
            yield Break(kind=Kind.DIFFERS, **here, detail=", ".join(different))


def _differences(record: AuditRecord, event: OutboxEvent) -> list[str]:
    """Not the position: after a restore an event may have got another one."""
    told = {
        "occurred_at": event.created_at,
        "content": as_text(event.payload),
    } | {
        name: getattr(event, name)
        for name in (
            "store", "actor", "actor_role", "request_id", "name", "aggregate_type", "aggregate_id"
        )
    }  # fmt: skip
    return [name for name, value in told.items() if getattr(record, name) != value]


def _verify_count(*, end: int) -> Iterator[Break]:
    """One whose number is taken, or none that is ever given, may stand on no page above."""
    count = AuditRecord.objects.filter(sequence__lte=end).count()
    if count > end:
        yield Break(kind=Kind.INSERTED, detail=f"there are {count} records up to {end}")


def _find_missing(*, first: int, read: int) -> Iterator[Break]:
    start = AuditRecord.objects.filter(sequence=first).values_list("position", flat=True).first()
    done = 0 if start is None or first <= 1 else start - 1
    heard = OutboxEvent.objects.filter(position__lte=read).order_by("position")
    while page := list(
        heard.filter(position__gt=done).values_list("public_id", "position")[:_BATCH]
    ):
        ids = [public_id for public_id, _ in page]
        there = set(AuditRecord.objects.filter(event_id__in=ids).values_list("event_id", flat=True))
        for public_id in ids:
            if public_id not in there:
                yield Break(kind=Kind.MISSING, event=public_id)
        done = page[-1][1] or read
