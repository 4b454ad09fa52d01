"""What became of each record of an import."""

import json
from typing import Any, Self

from django.db import models
from django.db.models.functions import Length

from apps.core.encrypted_fields import EncryptedJSONField, EncryptedTextField
from apps.core.locking import LockingQuerySet
from apps.interchange.models.import_batch import ImportBatch


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
