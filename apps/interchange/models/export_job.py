"""Exports that workers make."""

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.core.models import Record
from apps.interchange.exporting import Kind, Wanted
from apps.stores.models import StoreOwned, StoreScopedQuerySet


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
    # The rows of a list that somebody narrowed; all of the kind where it is null.
    chosen = ArrayField(models.BigIntegerField(), null=True, editable=False)
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
        return Wanted.from_json(self.kind, self.options, chosen=self.chosen)

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
