"""The outbox: what happened, and who has yet to hear of it."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils import timezone

from apps.core.encrypted_fields import EncryptedTextField
from apps.core.ids import uuid7
from apps.core.locking import LockingQuerySet
from apps.core.scrubbing import scrubbed_text


class OutboxEventQuerySet(LockingQuerySet["OutboxEvent"]):
    def of_store(self, store: UUID) -> Self:
        """This function will keep the events of one store, named by its public id."""
        return self.filter(store=store)

    def named(self, name: str) -> Self:
        """This function will keep events of one name; `order.*` is all that begin so."""
        if name.endswith("*"):
            return self.filter(name__startswith=name.removesuffix("*"))
        return self.filter(name=name)

    def published(self, *, since: datetime | None = None, until: datetime | None = None) -> Self:
        """This function will keep what was published from `since` on, and before `until`."""
        events = self if since is None else self.filter(created_at__gte=since)
        return events if until is None else events.filter(created_at__lt=until)


class OutboxEventManager(models.Manager.from_queryset(OutboxEventQuerySet)):  # type: ignore[misc]
    """Leaves the origin where it is: the record asks for it (`defer(None)`), and nobody else."""

    def get_queryset(self) -> OutboxEventQuerySet:
        """This function will return all events."""
        return super().get_queryset().defer("origin")


class OutboxEvent(models.Model):
    """A fact, written in the transaction that made it true. Append-only.

    `id` is given when the row is written, `position` after it was committed: transactions commit
    out of id order, so only positions are safe to follow (docs/adr/0003-outbox.md).
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    # The public id of the store: stores publish events too, so they are above this app.
    store = models.UUIDField(editable=False)
    position = models.BigIntegerField(null=True, unique=True, editable=False)
    name = models.CharField(max_length=100)
    aggregate_type = models.CharField(max_length=50)
    aggregate_id = models.UUIDField()
    actor = models.CharField(max_length=100)
    # What the actor was at that moment, and where the request came from. For the audit record
    # alone: neither is shown to those who follow the feed.
    actor_role = models.CharField(max_length=100, blank=True, db_default="")
    origin = EncryptedTextField(null=True, editable=False)
    request_id = models.CharField(max_length=64, blank=True)
    payload = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OutboxEventManager()

    class Meta:
        indexes = [
            models.Index(fields=["store", "position"], name="event_by_store_and_position"),
            models.Index(fields=["aggregate_id"], name="event_by_aggregate"),
            models.Index(
                fields=["id"],
                condition=models.Q(position__isnull=True),
                name="event_without_position",
            ),
            # Rows lie in the order of time: a few pages tell where a range of it is.
            BrinIndex(fields=["created_at"], autosummarize=True, name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.public_id}"


class DeliveryQuerySet(LockingQuerySet["Delivery"]):
    def pending(self) -> Self:
        """This function will keep what has not taken effect and has not been given up."""
        return self.filter(state=Delivery.State.PENDING)

    def due(self, *, now: datetime) -> Self:
        """This function will keep what should be handed over now; a lapsed lease is due again."""
        return self.pending().filter(next_attempt_at__lte=now)

    def dead(self) -> Self:
        """This function will keep what has been given up."""
        return self.filter(state=Delivery.State.DEAD)

    def not_queued(self, *, now: datetime) -> Self:
        """This function will keep what no message was sent for, or for too long ago."""
        return self.filter(models.Q(queued_until=None) | models.Q(queued_until__lte=now))

    def revive(self, *, now: datetime) -> int:
        """This function will have them delivered once more, from the first attempt; how many."""
        return self.update(
            state=Delivery.State.PENDING,
            attempts=0,
            next_attempt_at=now,
            queued_until=None,
            done_at=None,
        )


class Delivery(models.Model):
    """One subscriber's copy of an event, until it took effect."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DEAD = "dead"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    event = models.ForeignKey(OutboxEvent, on_delete=models.PROTECT, related_name="deliveries")
    subscriber = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    # Planned before an attempt begins, for an attempt may never come back. While an external
    # subscriber works, this is when its lease ends.
    next_attempt_at = models.DateTimeField(default=timezone.now)
    # A message is on its way; after this time it is taken for lost and sent again.
    queued_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["event", "subscriber"], name="delivery_once_for_each_subscriber"
            ),
            models.CheckConstraint(
                condition=models.Q(state="done", done_at__isnull=False)
                | models.Q(~models.Q(state="done"), done_at__isnull=True),
                name="delivery_done_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(state="pending"),
                name="delivery_pending_by_time",
            ),
            # The list of those that were given up, which is sorted by key.
            models.Index(fields=["id"], condition=models.Q(state="dead"), name="delivery_given_up"),
            # The oldest event that somebody has yet to hear of, however many keys are behind it.
            models.Index(
                fields=["state", "event"],
                condition=models.Q(state__in=["pending", "dead"]),
                name="delivery_not_done_by_event",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event.name} to {self.subscriber}"

    def begin_attempt(self, *, next_at: datetime) -> None:
        """This function will count an attempt, and plan the next one should it not come back."""
        self.attempts += 1
        self.next_attempt_at = next_at
        self.queued_until = None
        self.save(update_fields=["attempts", "next_attempt_at", "queued_until"])

    def mark_done(self, *, now: datetime) -> None:
        """This function will record that the subscriber's effect is there."""
        self.state = self.State.DONE
        self.done_at = now
        self.last_error = ""
        self.save(update_fields=["state", "done_at", "last_error"])

    def mark_failed(self, *, error: str, now: datetime, pause: timedelta, most: int) -> None:
        """This function will plan the next attempt, or give up after `most` of them."""
        # Staff read it, so it says no more than the log. And PostgreSQL stores neither NUL nor half
        # a character.
        storable = scrubbed_text(error).encode("utf-8", "replace").decode().replace("\x00", "?")
        self.last_error = storable[:2000]
        self.next_attempt_at = now + pause
        self.state = self.State.DEAD if self.attempts >= most else self.State.PENDING
        self.save(update_fields=["last_error", "next_attempt_at", "state"])


class FeedReaderQuerySet(LockingQuerySet["FeedReader"]):
    def free(self, *, now: datetime) -> Self:
        """This function will keep the readers that nobody reads for now."""
        return self.filter(models.Q(leased_until=None) | models.Q(leased_until__lte=now))


class FeedReader(models.Model):
    """How far one reader has followed the feed: it has read everything at or below `position`.

    One process at a time reads for it. That one holds a lease and no row lock, for it waits for
    the network; when the lease has become another's, it moves the position no more.
    """

    name = models.CharField(max_length=50, unique=True)
    position = models.BigIntegerField(default=0)
    holder = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    objects = FeedReaderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(holder=None, leased_until=None)
                | models.Q(holder__isnull=False, leased_until__isnull=False),
                name="feed_reader_lease_has_a_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"

    def lease(self, *, until: datetime) -> None:
        """This function will keep other processes away until the lease ends."""
        self.holder, self.leased_until = uuid7(), until
        self.save(update_fields=["holder", "leased_until"])

    def advance(self, *, to: int) -> bool:
        """This function will remember how far was read, while the lease is still this one's."""
        self.position = to
        return bool(self._held().update(position=to))

    def give_back(self) -> None:
        """This function will end the lease, unless it is another's by now."""
        self._held().update(holder=None, leased_until=None)

    def _held(self) -> FeedReaderQuerySet:
        return FeedReader.objects.filter(pk=self.pk, holder=self.holder)
