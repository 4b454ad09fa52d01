"""What was imported, and what is exported, when, by whom, and what became of it."""

import json
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models.functions import Length

from apps.core.encrypted_fields import EncryptedJSONField, EncryptedTextField
from apps.core.locking import LockingQuerySet
from apps.core.models import Record
from apps.interchange.exporting import Kind, Wanted
from apps.interchange.report import Result
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class ImportBatchQuerySet(StoreScopedQuerySet["ImportBatch"]):
    def unfinished(self) -> Self:
        """This function will keep what was begun, and neither ended nor given up."""
        return self.filter(state__in=[ImportBatch.State.RUNNING, ImportBatch.State.STOPPED])


class ImportBatch(StoreOwned, Record):
    """One import of one file. `position` records of it are done; a new run goes on behind them."""

    class State(models.TextChoices):
        RUNNING = "running"
        STOPPED = "stopped", "stopped by a fault of the file"
        ABANDONED = "abandoned"
        FINISHED = "finished"
        REVERTING = "reverting"
        REVERTED = "reverted"

    kind = models.CharField(max_length=20)
    format = models.CharField(max_length=20, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    # By its beginning a file is known again; by what was read of it, it is known to be the same.
    beginning = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    position = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    actor = models.CharField(max_length=100)
    finished_at = models.DateTimeField(null=True, blank=True)
    reverted_by = models.CharField(max_length=100, blank=True)
    reverted_at = models.DateTimeField(null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        indexes = [
            models.Index(fields=["store", "public_id"], name="import_by_store_and_time"),
            models.Index(
                fields=["store", "beginning"],
                condition=models.Q(state__in=["running", "stopped"]),
                name="import_unfinished_by_file",
            ),
            models.Index(
                fields=["store", "id"],
                condition=models.Q(state__in=["running", "stopped", "reverting"]),
                name="import_unfinished_by_store",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.file_name or 'a program'}"

    def count(self, result: Result, more: int = 1) -> None:
        """This function will count records of one outcome; nothing is saved."""
        setattr(self, result.value, getattr(self, result.value) + more)

    @property
    def counts(self) -> dict[Result, int]:
        """How many records went which way."""
        return {result: getattr(self, result.value) for result in Result}


class GoodsReceipt(ImportBatch):
    """An import of goods that arrived, as those see it who look after the stock."""

    class Meta:
        proxy = True
        verbose_name = "goods receipt"


class ImportRowQuerySet(LockingQuerySet["ImportRow"]):
    def written(self) -> Self:
        """This function will keep what the import wrote, as far as it is not undone."""
        wrote = [ImportRow.Outcome.CREATED, ImportRow.Outcome.CHANGED]
        return self.filter(outcome__in=wrote, reverted_at__isnull=True)

    def detailed(self) -> Self:
        """This function will keep rows of which more is known than what became of them."""
        measured = self.alias(refusal_length=Length("refusal"))
        return measured.filter(models.Q(before__isnull=False) | models.Q(refusal_length__gt=0))

    def refused(self) -> Self:
        """This function will keep what was not imported."""
        return self.filter(outcome=ImportRow.Outcome.REFUSED)


class ImportRow(models.Model):
    """What became of one record that was created, changed or refused; the same again is only
    counted. What it held before, and what a refused one held, may be about people."""

    class Outcome(models.TextChoices):
        CREATED = "created"
        CHANGED = "changed"
        REFUSED = "refused"

    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    line = models.PositiveIntegerField()
    key = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    target = models.UUIDField(null=True, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    before = EncryptedJSONField(null=True, editable=False)
    refusal = EncryptedTextField(blank=True, default="", editable=False)
    reverted_at = models.DateTimeField(null=True, blank=True)
    remark = models.CharField(max_length=300, blank=True, default="")

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="import_row_once_for_each_line"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.key}"

    @property
    def refused_as(self) -> dict[str, Any]:
        """Its `faults` and its `rows` as they were read; nothing when that was pruned."""
        found: dict[str, Any] = json.loads(self.refusal) if self.refusal else {}
        return found


class ExportJobQuerySet(StoreScopedQuerySet["ExportJob"]):
    def unfinished(self) -> Self:
        """This function will keep what waits or runs."""
        return self.filter(state__in=[ExportJob.State.QUEUED, ExportJob.State.RUNNING])

    def taking_room(self) -> Self:
        """This function will keep what waits, runs, or has a file."""
        return self.filter(
            models.Q(state__in=[ExportJob.State.QUEUED, ExportJob.State.RUNNING])
            | ~models.Q(file_name="")
        )

    def expired(self, *, now: datetime) -> Self:
        """This function will keep what has a file that should be gone."""
        return self.exclude(file_name="").filter(expires_at__lte=now)

    def held_as(self, job: "ExportJob") -> Self:
        """This function will keep a job as long as it is run by whoever has taken this copy."""
        return self.filter(pk=job.pk, state=ExportJob.State.RUNNING, attempts=job.attempts)


class ExportJob(StoreOwned, Record):
    """An export that a worker writes to a sealed file, which is there for a day.

    Whoever runs it has a lease, and renews it; when that lapses, somebody else takes it up again.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELED = "canceled"

    kind = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Kind])
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    rows_expected = models.PositiveIntegerField(null=True)
    rows_done = models.PositiveIntegerField(default=0)
    actor = models.CharField(max_length=100)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    # Nobody can guess it; empty while there is none, and when it is gone.
    file_name = models.CharField(max_length=100, blank=True, editable=False)
    size_bytes = models.BigIntegerField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    objects = ExportJobQuerySet.as_manager()

    class Meta:
        verbose_name = "export"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(file_name="") | models.Q(state="done"),
                name="export_file_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(expires_at__isnull=False),
                name="export_file_expires",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "public_id"], name="export_by_store_and_time"),
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["queued", "running"]),
                name="export_unfinished",
            ),
            models.Index(
                fields=["store", "id"],
                condition=models.Q(state="failed"),
                name="export_failed_by_store",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.actor}"

    @property
    def wanted(self) -> Wanted:
        """What was asked for."""
        return Wanted.from_json(self.kind, self.options)

    @property
    def has_file(self) -> bool:
        """Whether there is something to download."""
        return self.file_name != ""

    def is_due(self, *, now: datetime) -> bool:
        """This function will tell whether nobody runs it who should be left alone."""
        waits = self.state == self.State.QUEUED
        return waits or self.leased_until is None or self.leased_until <= now

    def take(self, *, now: datetime, until: datetime) -> None:
        """This function will begin an attempt. Call it on a locked row."""
        self.state, self.attempts = self.State.RUNNING, self.attempts + 1
        self.started_at, self.leased_until = now, until
        self.rows_done, self.rows_expected = 0, None
        self.save()

    def end(self, state: State, *, now: datetime, **details: Any) -> None:
        """This function will write down how it ended. Call it on a locked row."""
        self.state, self.finished_at, self.leased_until = state, now, None
        for name, value in details.items():
            setattr(self, name, value)
        self.save()
