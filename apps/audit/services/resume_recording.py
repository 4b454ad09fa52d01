"""Going on after the audit database was restored from a backup, or somebody has damaged it."""

from django.db import transaction

from apps.audit.events import RecordingResumed
from apps.audit.models import AuditHead, AuditRecord
from apps.audit.services.record_events import AUDITOR
from apps.events import services as events
from apps.events.actors import Actor
from apps.events.models import FeedReader
from apps.stores.models import Store


@transaction.atomic
def resume_recording(*, reason: str, by: Actor = None) -> AuditHead:
    """This function will have the chain go on from the end that it has now.

    Events that are not in the record are appended to it anew, from the beginning of the outbox.
    That this was done, and why, is an event itself. Nothing in the record changes: what
    `verify_audit` finds wrong with it, it finds afterwards too.
    """
    last = AuditRecord.objects.defer("origin", "content").newest()
    before = AuditHead.current()
    end = 0 if last is None else last.sequence
    events.publish(
        RecordingResumed(
            aggregate_id=Store.objects.default().public_id,
            sequence=end,
            lost=max(before.sequence - end, 0),
            reason=reason,
        ),
        store=Store.objects.default(),
        by=by,
    )
    AuditHead.objects.filter(pk=1).delete()
    if last is not None:
        AuditHead.move(to=last)
    FeedReader.objects.filter(name=AUDITOR).update(position=0, holder=None, leased_until=None)
    return AuditHead.current()
