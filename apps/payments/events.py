"""What payments announces."""

from dataclasses import dataclass
from uuid import UUID

from apps.core.money import Money
from apps.events.event import Event


@dataclass(frozen=True, kw_only=True)
class PaymentCaptured(Event):
    """The money is ours."""

    name = "payment.captured"
    aggregate_type = "payment"

    order_id: UUID
    gateway: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(Event):
    """The gateway refused; nothing was charged."""

    name = "payment.failed"
    aggregate_type = "payment"

    order_id: UUID
    gateway: str
    failure_code: str


@dataclass(frozen=True, kw_only=True)
class PaymentUnfillable(Event):
    """The money is ours and the goods are not there any more: it has to go back."""

    name = "payment.unfillable"
    aggregate_type = "payment"

    order_id: UUID
    amount: Money


@dataclass(frozen=True, kw_only=True)
class RefundRequested(Event):
    """A part of a payment is set aside to be given back."""

    name = "refund.requested"
    aggregate_type = "refund"

    payment_id: UUID
    order_id: UUID
    amount: Money


@dataclass(frozen=True, kw_only=True)
class RefundSucceeded(Event):
    """The gateway has given the money back."""

    name = "refund.succeeded"
    aggregate_type = "refund"

    payment_id: UUID
    order_id: UUID
    amount: Money


@dataclass(frozen=True, kw_only=True)
class RefundFailed(Event):
    """The gateway refused to give the money back; it can be refunded again."""

    name = "refund.failed"
    aggregate_type = "refund"

    payment_id: UUID
    order_id: UUID
    amount: Money
    failure_code: str
