"""What the double remembers of a payment."""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.stripe_double.ids import new_id
from tests.stripe_double.payment_methods import PaymentMethod


def _now() -> int:
    return int(time.time())


@dataclass
class Refund:
    """Money given back. `released` tells of money that was only set aside: none ever moved."""

    charge: "Charge"
    amount: int
    status: str
    metadata: dict[str, str] = field(default_factory=dict)
    reason: str | None = None
    failure_reason: str | None = None
    released: bool = False
    id: str = field(default_factory=lambda: new_id("re"))
    created: int = field(default_factory=_now)

    @property
    def counts(self) -> bool:
        return self.status not in {"failed", "canceled"}


@dataclass
class Charge:
    """One attempt to take the money of an intent."""

    intent: "Intent"
    method: PaymentMethod
    status: str
    amount_captured: int = 0
    failure: dict[str, Any] | None = None
    refunds: list[Refund] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: new_id("ch"))
    created: int = field(default_factory=_now)

    @property
    def captured(self) -> bool:
        return self.amount_captured > 0

    @property
    def amount_refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.counts)

    @property
    def refundable(self) -> int:
        given = [refund for refund in self.refunds if refund.counts and not refund.released]
        return self.amount_captured - sum(refund.amount for refund in given)


@dataclass
class Intent:
    """A payment: what somebody means to pay, through all the attempts at it."""

    amount: int
    currency: str
    capture_method: str
    method_types: list[str]
    automatic: dict[str, Any] | None
    metadata: dict[str, str]
    details: dict[str, Any]
    status: str = "requires_payment_method"
    payment_method: PaymentMethod | None = None
    charges: list[Charge] = field(default_factory=list)
    next_action: dict[str, Any] | None = None
    return_url: str | None = None
    last_payment_error: dict[str, Any] | None = None
    cancellation_reason: str | None = None
    canceled_at: int | None = None
    id: str = field(default_factory=lambda: new_id("pi"))
    created: int = field(default_factory=_now)
    secret: str = field(default_factory=lambda: new_id("secret", 25))

    @property
    def latest_charge(self) -> Charge | None:
        return self.charges[-1] if self.charges else None

    @property
    def amount_received(self) -> int:
        return sum(charge.amount_captured for charge in self.charges)

    @property
    def amount_capturable(self) -> int:
        return self.amount if self.status == "requires_capture" else 0

    @property
    def client_secret(self) -> str:
        return f"{self.id}_{self.secret}"
