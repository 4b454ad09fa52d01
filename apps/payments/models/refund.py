from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models

from apps.core.encrypted_fields import EncryptedLineField
from apps.core.models import AmountField, CurrencyField, VersionedRecord
from apps.core.money import Money
from apps.events.actors import actor_reference
from apps.payments.charges import GatewayRefund, RefundOutcome
from apps.payments.models.gateway_call import GatewayCall, GatewayCallQuerySet
from apps.payments.models.payment import Payment
from apps.stores.models import StoreOwned

# A bank takes days; the gateway tells by webhook.
_CHECK_PENDING = timedelta(hours=1)


class RefundQuerySet(GatewayCallQuerySet["Refund"]):
    def automatic(self) -> Self:
        """This function will keep the refunds that nobody asked for."""
        return self.filter(idempotency_key__startswith=f"{actor_reference(None)}:")

    def of_sales(self, *, since: datetime, until: datetime) -> Self:
        """This function will keep what went back in that time of money that paid an order. What
        came too often, or too late, was no sale."""
        went_back = self.filter(succeeded_at__gte=since, succeeded_at__lt=until)
        return went_back.filter(payment__is_surplus=False, payment__order__paid_at__isnull=False)


class Refund(GatewayCall, StoreOwned, VersionedRecord):
    """A part of a captured payment that goes back, or all of it."""

    class State(models.TextChoices):
        REQUESTED = "requested"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    state = models.CharField(max_length=20, choices=State.choices, default=State.REQUESTED)
    amount = AmountField()
    currency = CurrencyField()
    reason = EncryptedLineField(max_length=200, blank=True)
    # Whose key it is stands before it: two people's keys never meet.
    idempotency_key = models.CharField(max_length=300)
    # When staff have dealt with its failure: by another refund, or otherwise.
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    succeeded_at = models.DateTimeField(null=True, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "idempotency_key"], name="refund_once_for_each_key"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["requested", "succeeded", "failed"]),
                name="refund_state_is_known",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_above_zero"),
            models.CheckConstraint(
                condition=models.Q(state="succeeded", succeeded_at__isnull=False)
                | (~models.Q(state="succeeded") & models.Q(succeeded_at__isnull=True)),
                name="refund_succeeded_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="requested") | models.Q(check_at__isnull=True),
                name="refund_that_ended_is_not_checked",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "created_at"], name="refund_by_store_and_time"),
            models.Index(
                fields=["check_at"],
                condition=models.Q(check_at__isnull=False),
                name="refund_due_by_time",
            ),
            models.Index(
                fields=["store", "check_at"],
                condition=models.Q(check_at__isnull=False),
                name="refund_due_by_store",
            ),
            models.Index(
                fields=["store", "id"],
                condition=models.Q(state="failed", settled_at__isnull=True),
                name="refund_failed_not_settled",
            ),
            models.Index(
                fields=["store", "succeeded_at"],
                condition=models.Q(succeeded_at__isnull=False),
                name="refund_succeeded_by_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.money}, {self.state}"

    @property
    def money(self) -> Money:
        """What goes back."""
        return Money(self.amount, self.currency)

    def settle(self, *, now: datetime) -> None:
        """This function will record that its failure is dealt with. Call it on a locked row."""
        self.settled_at = now
        self.save(update_fields=["settled_at"])

    def next_check(self, *, now: datetime) -> datetime | None:
        """This function will return when to ask the gateway if it does not tell us before."""
        if self.state != self.State.REQUESTED:
            return None
        if self.gateway_reference:
            return now + _CHECK_PENDING
        return now + timedelta(minutes=settings.PAYMENT_CHECK_MINUTES)

    def follow(self, answer: GatewayRefund, *, now: datetime) -> None:
        """This function will record how the gateway's refund stands. Call it on a locked row."""
        self.state = _STATES[answer.outcome]
        self.gateway_reference = answer.reference or self.gateway_reference
        self.failure_code = answer.failure_code[:100]
        self.succeeded_at = now if self.state == self.State.SUCCEEDED else None
        self.attempts = 0
        self.check_at = self.next_check(now=now)
        self.save(
            update_fields=[
                "state",
                "gateway_reference",
                "failure_code",
                "succeeded_at",
                "attempts",
                "check_at",
            ]
        )


_STATES = {
    RefundOutcome.PENDING: Refund.State.REQUESTED,
    RefundOutcome.SUCCEEDED: Refund.State.SUCCEEDED,
    RefundOutcome.FAILED: Refund.State.FAILED,
}
