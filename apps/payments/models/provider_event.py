from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from apps.core.models import Record
from apps.payments.models.payment import Payment
from apps.stores.models import Store, StoreScopedQuerySet


class ProviderEventQuerySet(StoreScopedQuerySet["ProviderEvent"]):
    def due(self, *, now: datetime) -> Self:
        """This function will keep parked events whose next attempt has come."""
        return self.filter(state=ProviderEvent.State.PARKED, next_attempt_at__lte=now)


class ProviderEvent(Record):
    """A webhook that a gateway sent: each takes effect once.

    It is written in the transaction of its effect. What is kept of it are ids, amounts and states,
    never what the gateway knows of a person.
    """

    class State(models.TextChoices):
        APPLIED = "applied"
        IGNORED = "ignored"  # of a kind that we have no use for
        PARKED = "parked"  # about a charge or refund that we do not know, or not yet
        UNMATCHED = "unmatched"  # parked for long enough: another system's, most likely

    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+")
    gateway = models.CharField(max_length=30)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="provider_events"
    )
    content = models.JSONField(default=dict, help_text="The charge or refund as it was told.")
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)

    objects = ProviderEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "event_id"], name="provider_event_takes_effect_once"
            ),
            models.CheckConstraint(
                condition=Q(state="parked", next_attempt_at__isnull=False)
                | (~Q(state="parked") & Q(next_attempt_at__isnull=True)),
                name="provider_event_parked_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "created_at"], name="provider_event_by_store"),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state="parked"),
                name="provider_event_parked_by_time",
            ),
            models.Index(
                fields=["id"],
                condition=Q(state__in=["parked", "unmatched"]),
                name="provider_event_without_effect",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"

    def assign(self, *, store: Store) -> None:
        """This function will record whose it says it is."""
        self.store = store
        self.save(update_fields=["store"])

    def settle(self, *, payment: Payment) -> None:
        """This function will record that it took effect."""
        self.state = self.State.APPLIED
        self.payment = payment
        self.store_id = payment.store_id
        self.next_attempt_at = None
        self.save(update_fields=["state", "payment", "store", "next_attempt_at"])

    def put_off(self, *, until: datetime, most: int) -> None:
        """This function will plan the next attempt, or give up after `most` of them."""
        self.attempts += 1
        given_up = self.attempts >= most
        self.state = self.State.UNMATCHED if given_up else self.State.PARKED
        self.next_attempt_at = None if given_up else until
        self.save(update_fields=["attempts", "state", "next_attempt_at"])

    def ignore(self) -> None:
        """This function will record that it is not about anything of ours."""
        self.state = self.State.IGNORED
        self.next_attempt_at = None
        self.save(update_fields=["state", "next_attempt_at"])

    def revive(self, *, now: datetime) -> None:
        """This function will have it tried again, from the first attempt."""
        self.state = self.State.PARKED
        self.attempts = 0
        self.next_attempt_at = now
        self.save(update_fields=["attempts", "state", "next_attempt_at"])
