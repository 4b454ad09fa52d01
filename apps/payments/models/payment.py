from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from apps.core.encrypted_fields import EncryptedLineField
from apps.core.models import AmountField, CurrencyField, VersionedRecord
from apps.core.money import Money
from apps.orders.models import Order
from apps.payments.charges import CaptureMethod, Charge, ChargeRequest
from apps.payments.errors import PaymentNotRefundable, RefundTooLarge
from apps.payments.models.gateway_call import GatewayCall
from apps.payments.models.payment_set import PaymentQuerySet
from apps.payments.transitions import EDGES, HOLDS_MONEY, LIVE, OPEN, PaymentState
from apps.stores.models import StoreOwned

# Why a payment was canceled whose money staff have sent back.
DID_NOT_MATCH = "did_not_match"

# An authorization is good for days, and its end is told by webhook.
_CHECK_AUTHORIZED = timedelta(hours=6)


class Payment(GatewayCall, StoreOwned, VersionedRecord):
    """One attempt to be paid for an order. Its idempotency keys make it resumable after a crash."""

    State = PaymentState

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    gateway = models.CharField(max_length=30)
    payment_method = models.CharField(
        max_length=255, blank=True, help_text="Empty: the payer chooses in the gateway's own form."
    )
    capture_method = models.CharField(
        max_length=10,
        choices=[(one.value, one.value) for one in CaptureMethod],
        default=CaptureMethod.AUTOMATIC,
        db_default=CaptureMethod.AUTOMATIC.value,
        help_text="Manual: authorized when the order is paid, captured when it ships.",
    )
    state = models.CharField(
        max_length=20, choices=PaymentState.choices, default=PaymentState.CREATED
    )
    amount = AmountField()
    refunded_amount = AmountField(
        default=0, help_text="Given back, or set aside to be: never above the amount."
    )
    currency = CurrencyField()
    idempotency_key = models.CharField(max_length=255, help_text="The payer's own key.")
    client_secret = EncryptedLineField(
        max_length=255,
        blank=True,
        db_default="",
        editable=False,
        help_text="For the payer alone, to go on with.",
    )
    redirect_url = EncryptedLineField(max_length=2000, blank=True, db_default="", editable=False)
    is_surplus = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Money that came for an order which another payment pays.",
    )
    held_reason = models.CharField(
        max_length=200,
        blank=True,
        db_default="",
        help_text="What the gateway says does not match: staff have to look.",
    )
    # Money came, and the order cannot be filled: it has to go back.
    unfillable_at = models.DateTimeField(null=True, blank=True, editable=False)
    authorized_at = models.DateTimeField(null=True, blank=True)
    captured_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        permissions = [("refund_payment", "Can refund payments")]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(state__in=LIVE, is_surplus=False),
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
                condition=models.Q(state__in=PaymentState.values), name="payment_state_is_known"
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
                condition=~models.Q(state__in=HOLDS_MONEY) | models.Q(failure_code=""),
                name="payment_with_money_has_not_failed",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN) | models.Q(check_at__isnull=True),
                name="payment_that_ended_is_not_checked",
            ),
        ]
        indexes = [
            models.Index(fields=["store", "created_at"], name="payment_by_store_and_time"),
            models.Index(
                fields=["check_at"],
                condition=models.Q(check_at__isnull=False),
                name="payment_due_by_time",
            ),
            models.Index(
                fields=["store", "id"],
                condition=~models.Q(held_reason=""),
                name="payment_held_by_store",
            ),
            models.Index(
                fields=["store", "id"],
                condition=models.Q(
                    unfillable_at__isnull=False,
                    state__in=HOLDS_MONEY,
                    refunded_amount__lt=models.F("amount"),
                ),
                name="payment_that_has_to_go_back",
            ),
            models.Index(
                fields=["store", "check_at"],
                condition=models.Q(check_at__isnull=False),
                name="payment_due_by_store",
            ),
            models.Index(
                fields=["store", "created_at"],
                condition=models.Q(state="failed"),
                name="payment_failed_by_time",
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
            capture_method=CaptureMethod(self.capture_method),
            idempotency_key=self.gateway_idempotency_key,
            reference=self.gateway_reference,
            since=self.created_at,
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
    def is_open(self) -> bool:
        """Whether the gateway has yet to say how it ends."""
        return self.state in OPEN

    @property
    def was_sent_back(self) -> bool:
        """Whether staff have sent its money back because it did not match: that is its end."""
        return self.state == PaymentState.CANCELED and self.failure_code == DID_NOT_MATCH

    def is_news(self, charge: Charge) -> bool:
        """This function will tell whether our charge stands further than we knew."""
        if self.gateway_reference not in {"", charge.reference}:
            return False
        if charge.outcome == self.state:
            told = (charge.failure_code, *self._next_step(charge))
            known = (self.failure_code, self.client_secret, self.redirect_url)
            return charge.outcome in EDGES[self.state] and told != known
        return charge.outcome in EDGES[self.state]

    def _next_step(self, charge: Charge) -> tuple[str, str]:
        """A notice that was kept is without secrets: who tells neither has nothing new on them."""
        told = (charge.client_secret, charge.redirect_url)
        return told if any(told) else (self.client_secret, self.redirect_url)

    def follow(self, charge: Charge, *, now: datetime, is_surplus: bool = False) -> None:
        """This function will record how the charge stands. Call it on a locked row, with news."""
        self.is_surplus = is_surplus
        self.state = PaymentState(charge.outcome)
        self.gateway_reference = charge.reference or self.gateway_reference
        self.failure_code = "" if self.state in HOLDS_MONEY else charge.failure_code[:100]
        waits_for_payer = self.state == PaymentState.REQUIRES_ACTION
        next_step = self._next_step(charge) if waits_for_payer else ("", "")
        self.client_secret, self.redirect_url = next_step
        if self.state == PaymentState.AUTHORIZED:
            self.authorized_at = now
        if self.state == PaymentState.CAPTURED:
            self.captured_at = now
        self.held_reason = ""
        self.attempts = 0
        self.check_at = self.next_check(now=now)
        self.save(
            update_fields=[
                "state",
                "gateway_reference",
                "failure_code",
                "client_secret",
                "redirect_url",
                "authorized_at",
                "captured_at",
                "is_surplus",
                "held_reason",
                "attempts",
                "check_at",
            ]
        )

    def mark_unfillable(self, *, now: datetime) -> None:
        """This function will record that its money has to go back. Call it on a locked row."""
        self.unfillable_at = now
        self.save(update_fields=["unfillable_at"])

    def mark_sent_back(self) -> None:
        """This function will end a held payment whose money has left us again. Call it on a locked
        row."""
        self.state = PaymentState.CANCELED
        self.failure_code = DID_NOT_MATCH
        self.client_secret = self.redirect_url = self.held_reason = ""
        self.check_at = None
        self.save(
            update_fields=[
                "state",
                "failure_code",
                "client_secret",
                "redirect_url",
                "held_reason",
                "check_at",
            ]
        )

    def hold(self, *, reference: str, reason: str) -> None:
        """This function will keep a payment as it is until staff have looked at it."""
        self.gateway_reference = reference or self.gateway_reference
        self.held_reason = reason[:200]
        self.check_at = None
        self.save(update_fields=["gateway_reference", "held_reason", "check_at"])

    def next_check(self, *, now: datetime) -> datetime | None:
        """This function will return when to ask the gateway if it does not tell us before."""
        if not self.is_open:
            return None
        if self.state == PaymentState.AUTHORIZED:
            return now + _CHECK_AUTHORIZED
        return now + timedelta(minutes=settings.PAYMENT_CHECK_MINUTES)

    def set_aside(self, amount: Money) -> None:
        """This function will take an amount from what can be refunded. Call it on a locked row.

        Raises:
            PaymentNotRefundable: no money was received.
            RefundTooLarge: less than that is left.
        """
        if self.state != self.State.CAPTURED:
            raise PaymentNotRefundable(state=self.state)
        if amount.amount <= 0 or amount > self.refundable:
            raise RefundTooLarge(remaining=self.refundable)
        self.refunded_amount += amount.amount
        self.save(update_fields=["refunded_amount"])

    def take_back(self, amount: Money) -> None:
        """This function will undo `set_aside` for a refund that failed. Call it on a locked row."""
        self.refunded_amount -= amount.amount
        self.save(update_fields=["refunded_amount"])
