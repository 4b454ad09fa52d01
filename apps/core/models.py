"""Abstract models every app builds on. This app has no tables."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone

from apps.core.errors import PreconditionFailed
from apps.core.ids import uuid7
from apps.core.locking import LockingQuerySet

M = TypeVar("M", bound=models.Model)


class Record(models.Model):
    """A row with a public id; its integer key never leaves the process."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LockingQuerySet.as_manager()

    class Meta:
        abstract = True


class VersionedRecord(Record):
    """A row that people change: it knows when, and how many times."""

    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """This function will save the row and, if it was there before, count its version up."""
        if not self._state.adding:
            self.version += 1
            if update_fields is not None:
                update_fields = {*update_fields, "version", "updated_at"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def require_version(self, expected: int | None) -> None:
        """This function will compare the version a writer saw with the current one.

        Call it on a locked row. `None` means the writer did not say.

        Raises:
            PreconditionFailed: somebody else has changed the row since.
        """
        if expected is not None and expected != self.version:
            raise PreconditionFailed("Read it again, then repeat your change.")


class LiveManager(models.Manager[M]):
    """Leaves out what is softly deleted."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(deleted_at__isnull=True)


class SoftDeletable(models.Model):
    """A business row: never deleted, only marked.

    A model that inherits this sets `objects = LiveManager.from_queryset(...)()` and
    `with_deleted = models.Manager()`; rows stay reachable through foreign keys.
    """

    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def mark_deleted(self, *, now: datetime) -> None:
        """This function will mark the row as deleted."""
        self.deleted_at = now
        self.save(update_fields=["deleted_at"])


class AmountField(models.DecimalField):
    """An amount of money beside a currency column: up to 15 digits, 4 decimals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 19)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(*args, **kwargs)


class CurrencyField(models.CharField):
    """An ISO 4217 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 3)
        super().__init__(*args, **kwargs)
