from django.db import models

from apps.core.models import AmountField, Record
from apps.core.money import Money
from apps.payments.models.simulated_charge import SimulatedCharge


class SimulatedRefund(Record):
    """Money that the simulated gateway has given back: one row for each idempotency key."""

    charge = models.ForeignKey(SimulatedCharge, on_delete=models.PROTECT, related_name="refunds")
    idempotency_key = models.CharField(max_length=255, unique=True)
    reference = models.CharField(max_length=64, unique=True)
    amount = AmountField()
    metadata = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="simulated_refund_above_zero"
            ),
        ]

    def __str__(self) -> str:
        return str(self.money)

    @property
    def money(self) -> Money:
        """How much."""
        return Money(self.amount, self.charge.currency)
