"""Files that staff have sent to be imported, and what workers do with them."""

from datetime import datetime
from typing import Any, Self

from django.db import models

from apps.core.encrypted_fields import EncryptedJSONField
from apps.core.models import Record
from apps.interchange.models.import_batch import ImportBatch
from apps.interchange.report import Result
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class ImportJobQuerySet(StoreScopedQuerySet["ImportJob"]):
    def unfinished(self) -> Self:
        """This function will keep what waits or runs."""
        return self.filter(state__in=[ImportJob.State.QUEUED, ImportJob.State.RUNNING])

    def taking_room(self) -> Self:
        """This function will keep what waits, runs, or has a file."""
        waits = models.Q(state__in=[ImportJob.State.QUEUED, ImportJob.State.RUNNING])
        return self.filter(waits | ~models.Q(file_name=""))

    def with_files(self) -> Self:
        """This function will keep what has a file, or a file of refused rows."""
        return self.exclude(file_name="", refused_name="")

    def held_as(self, job: "ImportJob") -> Self:
        """This function will keep a job as long as it is run by whoever has taken this copy."""
        return self.filter(pk=job.pk, state=ImportJob.State.RUNNING, attempts=job.attempts)


class ImportJob(StoreOwned, Record):
    """A file on its way into the store: looked through first, then imported, then perhaps undone.

    `task` is which of these, `state` how far that is. Whoever runs it has a lease, and renews it;
    when that lapses, somebody else goes on. The file lies sealed, and is gone when it is imported,
    or after a day. What was found in it may be about people: it goes with the file.
    """

    class Task(models.TextChoices):
        CHECK = "check", "dry run"
        APPLY = "apply", "import"
        REVERT = "revert"

    class State(models.TextChoices):
        QUEUED = "queued", "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELED = "canceled"

    kind = models.CharField(max_length=20)
    format = models.CharField(max_length=20, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    options = models.JSONField(default=dict)
    title = models.CharField("file", max_length=255, blank=True)
    task = models.CharField(max_length=10, choices=Task.choices, default=Task.CHECK)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    # Who asked for the present task.
    actor = models.CharField(max_length=100)
    attempts = models.PositiveIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    # Nobody can guess them; empty while there are none, and when they are gone.
    file_name = models.CharField(max_length=100, blank=True, editable=False)
    refused_name = models.CharField(max_length=100, blank=True, editable=False)
    size_bytes = models.BigIntegerField(null=True)
    # What the dry run has found.
    checked_at = models.DateTimeField(null=True)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    deltas = models.JSONField(default=dict)
    samples = EncryptedJSONField(null=True, editable=False)
    # How many rows were put back, and left, by the last revert.
    reverted = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="jobs"
    )
    failure = models.CharField("what went wrong", max_length=300, blank=True)
    # Why it waits, or what somebody should know who reads its numbers.
    remark = models.CharField(max_length=300, blank=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = "file import"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(file_name="", refused_name="")
                | models.Q(expires_at__isnull=False),
                name="import_file_expires",
            ),
            models.CheckConstraint(
                condition=models.Q(task="check")
                | models.Q(checked_at__isnull=False)
                | models.Q(task="revert"),
                name="import_is_looked_through_first",
            ),
            models.CheckConstraint(
                condition=~models.Q(task="revert") | models.Q(batch__isnull=False),
                name="import_reverts_a_batch",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "public_id"], name="import_job_by_store_and_time"),
            models.Index(
                fields=["id"],
                condition=models.Q(state__in=["queued", "running"]),
                name="import_job_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.title or 'a file'}"

    @property
    def counts(self) -> dict[Result, int]:
        """How many records went which way in the dry run."""
        return {result: getattr(self, result.value) for result in Result}

    @property
    def is_over(self) -> bool:
        """Whether nothing happens unless somebody asks for it."""
        return self.state not in {self.State.QUEUED, self.State.RUNNING}

    @property
    def percent(self) -> int | None:
        """How far the present task is; nothing while nobody knows."""
        if not self.total:
            return None
        return min(100, self.done * 100 // self.total)

    @property
    def can_be_applied(self) -> bool:
        """Whether its file may be imported: looked through, or stopped half-way."""
        looked_through = self.task == self.Task.CHECK and self.state == self.State.DONE
        stopped = self.task == self.Task.APPLY and self.state == self.State.FAILED
        return bool(self.file_name) and (looked_through or stopped)

    def is_due(self, *, now: datetime) -> bool:
        """This function will tell whether nobody runs it who should be left alone, and nothing is
        waited for."""
        return self.leased_until is None or self.leased_until <= now

    def ask(self, task: Task, *, actor: str, now: datetime) -> None:
        """This function will queue another task. Call it on a locked row."""
        self.task, self.state, self.actor = task, self.State.QUEUED, actor
        self.deaths, self.leased_until, self.done, self.total = 0, None, 0, None
        self.failure, self.remark = "", ""
        self.asked_at, self.started_at, self.finished_at = now, None, None
        self.save()

    def take(self, *, now: datetime, until: datetime) -> None:
        """This function will begin an attempt, or go on. Call it on a locked row."""
        self.deaths += self.state == self.State.RUNNING
        self.state, self.attempts = self.State.RUNNING, self.attempts + 1
        self.started_at, self.leased_until = self.started_at or now, until
        self.remark = ""
        self.save()

    def wait(self, *, until: datetime, remark: str) -> None:
        """This function will give it back to be gone on with. Call it on a locked row."""
        self.state, self.leased_until, self.remark = self.State.QUEUED, until, remark[:300]
        self.save()

    def end(self, state: State, *, now: datetime, **details: Any) -> None:
        """This function will write down how its task ended. Call it on a locked row."""
        self.state, self.finished_at, self.leased_until = state, now, None
        for name, value in details.items():
            setattr(self, name, value)
        self.save()
