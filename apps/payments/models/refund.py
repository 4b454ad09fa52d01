from datetime import datetime
from typing import Self

from django.db import models

from apps.core.models import AmountField, CurrencyField, VersionedRecord
from apps.core.money import Money
from apps.payments.models.gateway_key import new_gateway_key
from apps.payments.models.payment import Payment
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class RefundQuerySet(StoreScopedQuerySet["Refund"]):
    def unsettled_since(self, moment: datetime) -> Self:
        """This function will keep refunds whose outcome has been open since a moment."""
        return self.filter(state=Refund.State.REQUESTED, updated_at__lte=moment)


class Refund(StoreOwned, VersionedRecord):
    """A part of a captured payment that goes back, or all of it."""

    class State(models.TextChoices):
        REQUESTED = "requested"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    state = models.CharField(max_length=20, choices=State.choices, default=State.REQUESTED)
    amount = AmountField()
    currency = CurrencyField()
    reason = models.CharField(max_length=200, blank=True)
    # Whose key it is stands before it: two people's keys never meet.
    idempotency_key = models.CharField(max_length=300)
    gateway_idempotency_key = models.CharField(
        max_length=64, unique=True, default=new_gateway_key, editable=False
    )
    gateway_reference = models.CharField(max_length=255, blank=True)
    failure_code = models.CharField(max_length=100, blank=True)
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
        ]
        indexes = [
            models.Index(fields=["store", "created_at"], name="refund_by_store_and_time"),
            models.Index(
                fields=["updated_at"],
                condition=models.Q(state="requested"),
                name="refund_unsettled_by_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.money}, {self.state}"

    @property
    def money(self) -> Money:
        """What goes back."""
        return Money(self.amount, self.currency)

    def mark_succeeded(self, *, reference: str, now: datetime) -> None:
        """This function will record that the money went back."""
        self.state = self.State.SUCCEEDED
        self.gateway_reference = reference
        self.succeeded_at = now
        self.save(update_fields=["state", "gateway_reference", "succeeded_at"])

    def mark_failed(self, *, reference: str, failure_code: str) -> None:
        """This function will record that the gateway refused."""
        self.state = self.State.FAILED
        self.gateway_reference = reference
        self.failure_code = failure_code
        self.save(update_fields=["state", "gateway_reference", "failure_code"])
