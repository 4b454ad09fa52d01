"""What was done, by whom and from where. The records lie in a database of their own."""

from typing import Self
from uuid import UUID

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils import timezone

from apps.audit.chain import NOTHING_BEFORE
from apps.core.encrypted_fields import EncryptedTextField
from apps.core.encryption import blind_index


def index_of_origin(address: str | None) -> str:
    """This function will return what stands for a client's address where it is sealed and looked
    up; nothing for none."""
    return blind_index(address, purpose="audit.origin") if address else ""


class AuditRecordQuerySet(models.QuerySet["AuditRecord"]):
    def of_store(self, store: UUID) -> Self:
        """This function will keep the records of one store, named by its public id."""
        return self.filter(store=store)

    def newest(self) -> "AuditRecord | None":
        """This function will return the end of the chain."""
        return self.order_by("-sequence").first()


class AuditRecord(models.Model):
    """One event of the outbox, sealed together with the hash of the record before.

    Nothing here is ever changed: triggers refuse it, and who gets past them is found out by
    `verify_audit` (docs/adr/0020-audit.md).
    """

    sequence = models.BigIntegerField(primary_key=True, editable=False)
    event_id = models.UUIDField(editable=False)
    position = models.BigIntegerField(editable=False)
    occurred_at = models.DateTimeField(editable=False)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    store = models.UUIDField(editable=False)
    actor = models.CharField(max_length=100)
    actor_role = models.CharField(max_length=100, blank=True)
    origin = EncryptedTextField(null=True, editable=False)
    origin_index = models.CharField(max_length=64, blank=True, editable=False)
    request_id = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=100)
    aggregate_type = models.CharField(max_length=50)
    aggregate_id = models.UUIDField()
    # The event's payload as text, for it is the text that is sealed.
    content = models.TextField()
    previous_hash = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    objects = AuditRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "record"
        constraints = [
            models.UniqueConstraint(fields=["event_id"], name="audit_record_once_for_each_event"),
            models.CheckConstraint(
                condition=models.Q(sequence__gte=1), name="audit_record_sequence_from_one"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "sequence"], name="audit_record_by_store"),
            models.Index(fields=["aggregate_id"], name="audit_record_by_aggregate"),
            models.Index(fields=["actor", "sequence"], name="audit_record_by_actor"),
            models.Index(
                fields=["request_id"],
                condition=~models.Q(request_id=""),
                name="audit_record_by_request",
            ),
            models.Index(
                fields=["origin_index"],
                condition=~models.Q(origin_index=""),
                name="audit_record_by_origin",
            ),
            # Rows lie in the order of time: a few pages tell where a range of it is.
            BrinIndex(fields=["occurred_at"], autosummarize=True, name="audit_record_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.name}"


class AuditHead(models.Model):
    """How far the chain was known to go, kept in the shop's own database: so that it is noticed
    when its end is cut off. One row."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=NOTHING_BEFORE)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="audit_has_one_head"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:8]}"

    @classmethod
    def current(cls) -> Self:
        """This function will return the head; before the first record it is at nothing."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @classmethod
    def move(cls, *, to: AuditRecord) -> None:
        """This function will anchor a record, unless a later one is anchored already."""
        AuditHead.objects.bulk_create([AuditHead(pk=1)], ignore_conflicts=True)
        behind = cls.objects.filter(pk=1, sequence__lt=to.sequence)
        behind.update(sequence=to.sequence, hash=to.hash)
