from datetime import datetime
from typing import Self

from django.db import models

from apps.accounts.models import User
from apps.core.models import AmountField, CurrencyField, VersionedRecord
from apps.core.money import Money
from apps.orders.models import Order
from apps.payments.errors import PaymentNotRefundable, RefundTooLarge
from apps.payments.gateways.gateway import ChargeRequest
from apps.payments.models.gateway_key import new_gateway_key
from apps.stores.models import StoreOwned, StoreScopedQuerySet


class PaymentQuerySet(StoreScopedQuerySet["Payment"]):
    def visible_to(self, user: User) -> Self:
        """This function will keep what a person may see: staff everything, others their own."""
        return self if user.is_staff else self.filter(order__customer=user)

    def unsettled_since(self, moment: datetime) -> Self:
        """This function will keep payments whose outcome has been open since a moment."""
        return self.filter(state__in=Payment.UNSETTLED, updated_at__lte=moment)

    def locked_with_order(self) -> "list[Payment]":
        """This function will lock payments and their orders; `payment.order` is as it now is."""
        related = self.select_related("order__store", "order__customer")
        return related.locked(of=("self", "order"))


class Payment(StoreOwned, VersionedRecord):
    """One attempt to be paid for an order. Its idempotency keys make it resumable after a crash."""

    class State(models.TextChoices):
        CREATED = "created"
        REQUIRES_ACTION = "requires_action"
        PROCESSING = "processing"
        CAPTURED = "captured"
        FAILED = "failed"
        CANCELED = "canceled"

    UNSETTLED = (State.CREATED, State.PROCESSING)

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    gateway = models.CharField(max_length=30)
    payment_method = models.CharField(max_length=255)
    state = models.CharField(max_length=20, choices=State.choices, default=State.CREATED)
    amount = AmountField()
    refunded_amount = AmountField(
        default=0, help_text="Given back, or set aside to be: never above the amount."
    )
    currency = CurrencyField()
    idempotency_key = models.CharField(max_length=255, help_text="The payer's own key.")
    gateway_idempotency_key = models.CharField(
        max_length=64, unique=True, default=new_gateway_key, editable=False
    )
    gateway_reference = models.CharField(max_length=255, blank=True)
    failure_code = models.CharField(max_length=100, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        permissions = [("refund_payment", "Can refund payments")]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(
                    state__in=["created", "requires_action", "processing", "captured"]
                ),
                name="payment_one_live_for_each_order",
            ),
            models.UniqueConstraint(
                fields=["order", "idempotency_key"], name="payment_once_for_each_key"
            ),
            models.UniqueConstraint(
                fields=["gateway", "gateway_reference"],
                condition=~models.Q(gateway_reference=""),
                name="payment_once_for_each_charge",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        "created",
                        "requires_action",
                        "processing",
                        "captured",
                        "failed",
                        "canceled",
                    ]
                ),
                name="payment_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(refunded_amount__gte=0, refunded_amount__lte=models.F("amount")),
                name="payment_refunds_within_amount",
            ),
            models.CheckConstraint(
                condition=models.Q(state="captured") | models.Q(refunded_amount=0),
                name="payment_refunds_only_what_came",
            ),
            models.CheckConstraint(
                condition=models.Q(state="captured", captured_at__isnull=False)
                | (~models.Q(state="captured") & models.Q(captured_at__isnull=True)),
                name="payment_captured_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="failed") | models.Q(failure_code=""),
                name="payment_only_failed_has_failure_code",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "created_at"], name="payment_by_store_and_time"),
            models.Index(
                fields=["updated_at"],
                condition=models.Q(state__in=["created", "processing"]),
                name="payment_unsettled_by_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.charged} by {self.gateway}, {self.state}"

    @property
    def charged(self) -> Money:
        """What the gateway is asked for."""
        return Money(self.amount, self.currency)

    @property
    def charge_request(self) -> ChargeRequest:
        """What the gateway is asked, the same each time: `order` and `store` are read for it."""
        return ChargeRequest(
            amount=self.charged,
            payment_method=self.payment_method,
            idempotency_key=self.gateway_idempotency_key,
            metadata={
                "order": str(self.order.public_id),
                "payment": str(self.public_id),
                "store": str(self.store.public_id),
            },
        )

    @property
    def refunded(self) -> Money:
        """What was given back, or is on its way."""
        return Money(self.refunded_amount, self.currency)

    @property
    def refundable(self) -> Money:
        """What is left to give back."""
        return self.charged - self.refunded

    @property
    def is_unsettled(self) -> bool:
        """Whether the gateway has yet to say how it ended."""
        return self.state in self.UNSETTLED

    def mark_captured(self, *, reference: str, now: datetime) -> None:
        """This function will record that the money came."""
        self.state = self.State.CAPTURED
        self.gateway_reference = reference
        self.captured_at = now
        self.save(update_fields=["state", "gateway_reference", "captured_at"])

    def mark_failed(self, *, reference: str, failure_code: str) -> None:
        """This function will record that the gateway refused."""
        self.state = self.State.FAILED
        self.gateway_reference = reference
        self.failure_code = failure_code
        self.save(update_fields=["state", "gateway_reference", "failure_code"])

    def mark_processing(self, *, reference: str) -> None:
        """This function will record that the gateway has the charge and not yet an answer."""
        self.state = self.State.PROCESSING
        self.gateway_reference = reference
        self.save(update_fields=["state", "gateway_reference"])

    def set_aside(self, amount: Money) -> None:
        """This function will take an amount from what can be refunded. Call it on a locked row.

        Raises:
            PaymentNotRefundable: no money was received.
            RefundTooLarge: less than that is left.
        """
        if self.state != self.State.CAPTURED:
            raise PaymentNotRefundable(state=self.state)
        if not amount or amount > self.refundable:
            raise RefundTooLarge(remaining=self.refundable)
        self.refunded_amount += amount.amount
        self.save(update_fields=["refunded_amount"])

    def take_back(self, amount: Money) -> None:
        """This function will undo `set_aside` for a refund that failed. Call it on a locked row."""
        self.refunded_amount -= amount.amount
        self.save(update_fields=["refunded_amount"])
