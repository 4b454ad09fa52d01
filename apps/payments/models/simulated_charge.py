from django.db import models
from django.db.models import F, Q

from apps.core.locking import LockingQuerySet
from apps.core.models import AmountField, CurrencyField, Record
from apps.core.money import Money
from apps.payments.charges import CaptureMethod, ChargeOutcome

_O = ChargeOutcome


class SimulatedCharge(Record):
    """The simulated gateway's own books: what a real one would keep at its place, not at ours.

    Nothing else of the shop reads them. `store` is the one that the metadata name.
    """

    store = models.UUIDField(editable=False)
    idempotency_key = models.CharField(max_length=255, unique=True)
    reference = models.CharField(max_length=64, unique=True)
    payment_method = models.CharField(max_length=255, blank=True)
    capture_method = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in CaptureMethod]
    )
    outcome = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in ChargeOutcome]
    )
    failure_code = models.CharField(max_length=100, blank=True)
    amount = AmountField()
    currency = CurrencyField()
    captured_amount = AmountField(default=0)
    refunded_amount = AmountField(default=0)
    metadata = models.JSONField(default=dict)

    objects = LockingQuerySet["SimulatedCharge"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=[one.value for one in ChargeOutcome]),
                name="simulated_charge_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(captured_amount__gte=0, captured_amount__lte=F("amount")),
                name="simulated_capture_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(outcome=_O.CAPTURED.value) | Q(captured_amount=0),
                name="simulated_money_came_when_captured",
            ),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lte=F("captured_amount")),
                name="simulated_refunds_within_capture",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.money}, {self.outcome}"

    @property
    def money(self) -> Money:
        """What it is about."""
        return Money(self.amount, self.currency)

    @property
    def refundable(self) -> Money:
        """What is left to give back."""
        return Money(self.captured_amount - self.refunded_amount, self.currency)

    def settle(self, *, failure_code: str = "") -> None:
        """This function will end what was waiting: with money, unless it failed. Call it on a
        locked row."""
        self.failure_code = failure_code
        if failure_code:
            self.outcome = _O.FAILED
        elif self.capture_method == CaptureMethod.MANUAL:
            self.outcome = _O.AUTHORIZED
        else:
            self.outcome, self.captured_amount = _O.CAPTURED, self.amount
        self.save(update_fields=["outcome", "failure_code", "captured_amount"])

    def capture(self, amount: Money) -> None:
        """This function will take what was authorized, or a part. Call it on a locked row."""
        self.outcome, self.captured_amount = _O.CAPTURED, amount.amount
        self.save(update_fields=["outcome", "captured_amount"])

    def cancel(self) -> None:
        """This function will give it up. Call it on a locked row."""
        self.outcome = _O.CANCELED
        self.save(update_fields=["outcome"])

    def give_back(self, amount: Money) -> None:
        """This function will count a refund. Call it on a locked row."""
        self.refunded_amount += amount.amount
        self.save(update_fields=["refunded_amount"])
