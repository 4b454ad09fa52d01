"""One import of one file, on record."""

from typing import Self

from django.db import models

from apps.core.encrypted_fields import EncryptedJSONField
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
    # The names of the file's columns and its encoding: refused rows are written in its layout.
    layout = EncryptedJSONField(null=True, editable=False)
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

    @property
    def can_be_reverted(self) -> bool:
        """Whether it wrote anything that may still be there."""
        return self.created + self.changed > 0


class GoodsReceipt(ImportBatch):
    """An import of goods that arrived, as those see it who look after the stock."""

    class Meta:
        proxy = True
        verbose_name = "goods receipt"
