"""From the outbox to the record."""

from collections.abc import Iterator
from uuid import UUID

from django.db import Error, IntegrityError, transaction
from django.utils import timezone

from apps.audit.chain import NOTHING_BEFORE, as_text, seal
from apps.audit.errors import AuditDatabaseAway, ChainDiffers, RecordedMeanwhile
from apps.audit.models import AuditHead, AuditRecord, index_of_origin
from apps.audit.routing import AUDIT
from apps.events import services as events
from apps.events.models import OutboxEvent

AUDITOR = "auditor"


def record_events(*, seconds: float = 10) -> int:
    """This function will append a record for each event that has none, until all have one or the
    time is up.

    One process at a time does so; another one returns at once. It may be killed anywhere: what is
    in the record is not appended again, and what is not is appended by the next run. Returns how
    many events were dealt with.

    Raises:
        AuditDatabaseAway: it does not answer; the events wait in the outbox.
        ChainDiffers: the chain does not end as it did when it was last written; nothing is
            appended until somebody has looked (docs/runbook.md).
        RecordedMeanwhile: this process has lost its lease, and another one has appended.
    """
    while events.number_events():
        pass
    return events.follow_feed(reader=AUDITOR, deal=_record, seconds=seconds)


def _record(batch: list[OutboxEvent]) -> Iterator[OutboxEvent]:
    of_batch = OutboxEvent.objects.filter(pk__in=[event.pk for event in batch])
    origins = dict(of_batch.values_list("pk", "origin"))
    anchored = AuditHead.current()
    try:
        last = _append(batch, origins=origins, anchored=anchored)
    except IntegrityError as error:
        raise RecordedMeanwhile(str(error).splitlines()[0]) from error
    except Error as error:
        raise AuditDatabaseAway(f"{type(error).__name__}: {error}".splitlines()[0]) from error
    # A process that ends here has appended and not anchored: the next run does, with this batch.
    AuditHead.move(to=last)
    yield from batch


@transaction.atomic(using=AUDIT)
def _append(
    batch: list[OutboxEvent], *, origins: dict[int, str | None], anchored: AuditHead
) -> AuditRecord:
    last = AuditRecord.objects.defer("origin", "content").newest()
    _require_anchor(anchored, last)
    known = _known([event.public_id for event in batch])
    made: list[AuditRecord] = []
    for event in batch:
        if event.public_id not in known:
            last = _next_record(event, origin=origins[event.pk], after=last)
            made.append(last)
    AuditRecord.objects.bulk_create(made)
    assert last is not None  # noqa: S101 - what is known is a record, and the rest was made one
    return last


def _known(ids: list[UUID]) -> set[UUID]:
    there = AuditRecord.objects.filter(event_id__in=ids)
    return set(there.values_list("event_id", flat=True))


def _require_anchor(anchored: AuditHead, last: AuditRecord | None) -> None:
    if anchored.sequence == 0:
        return
    end = 0 if last is None else last.sequence
    there = AuditRecord.objects.filter(sequence=anchored.sequence, hash=anchored.hash)
    if end < anchored.sequence or not there.exists():
        raise ChainDiffers(
            f"It went to {anchored.sequence} with hash {anchored.hash[:12]}…, and now to {end}."
        )


def _next_record(
    event: OutboxEvent, *, origin: str | None, after: AuditRecord | None
) -> AuditRecord:
    record = AuditRecord(
        sequence=1 if after is None else after.sequence + 1,
        previous_hash=NOTHING_BEFORE if after is None else after.hash,
        event_id=event.public_id,
        position=event.position or 0,
        occurred_at=event.created_at,
        recorded_at=timezone.now(),
        store=event.store,
        actor=event.actor,
        actor_role=event.actor_role,
        origin=origin,
        origin_index=index_of_origin(origin),
        request_id=event.request_id,
        name=event.name,
        aggregate_type=event.aggregate_type,
        aggregate_id=event.aggregate_id,
        content=as_text(event.payload),
    )
    record.hash = seal(record)
    return record
