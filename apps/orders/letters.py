"""The mails about an order that staff may have sent once more."""

from dataclasses import dataclass
from uuid import UUID

from django.db import models


class Letter(models.TextChoices):
    """Their templates."""

    CONFIRMATION = "orders/confirmation", "Confirmation"
    RECEIPT = "orders/receipt", "Receipt, with the invoice"
    SHIPPED = "orders/shipped", "On its way"
    CANCELED = "orders/canceled", "Canceled"


@dataclass(frozen=True, kw_only=True)
class Sendable:
    """One such mail, and the invoice or shipment it is about (public id), if it is about one."""

    letter: Letter
    about: UUID | None = None
    called: str = ""

    def __str__(self) -> str:
        return f"{self.letter.label}: {self.called}" if self.called else str(self.letter.label)
