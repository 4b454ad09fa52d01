"""What was imported, when, by whom, and what became of each record."""

import json
from typing import Any, Self

from django.db import models
from django.db.models.functions import Length

from apps.core.encrypted_fields import EncryptedJSONField, EncryptedTextField
from apps.core.locking import LockingQuerySet
from apps.core.models import Record
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
