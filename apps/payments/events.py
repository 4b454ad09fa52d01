"""What payments announces."""

from dataclasses import dataclass
from typing import Any, Protocol, Self
from uuid import UUID

from apps.core.money import Money
from apps.events.actors import Identified
from apps.events.event import Event


class Charged(Identified, Protocol):
    """A payment."""

    @property
    def order(self) -> Identified:
        """What it is for."""


class Returned(Identified, Protocol):
    """A refund."""

    @property
    def payment(self) -> Charged:
        """What it gives back a part of."""

    @property
    def money(self) -> Money:
        """How much."""


@dataclass(frozen=True, kw_only=True)
class PaymentEvent(Event):
    aggregate_type = "payment"

    order_id: UUID

    @classmethod
    def of(cls, payment: Charged, **details: Any) -> Self:
        """This function will return the fact about a payment."""
        return cls(aggregate_id=payment.public_id, order_id=payment.order.public_id, **details)


@dataclass(frozen=True, kw_only=True)
class RefundEvent(Event):
    aggregate_type = "refund"

    payment_id: UUID
    order_id: UUID
    amount: Money

    @classmethod
    def of(cls, refund: Returned, **details: Any) -> Self:
        """This function will return the fact about a refund."""
        return cls(
            aggregate_id=refund.public_id,
            payment_id=refund.payment.public_id,
            order_id=refund.payment.order.public_id,
            amount=refund.money,
            **details,
        )


@dataclass(frozen=True, kw_only=True)
class PaymentCreated(PaymentEvent):
    """A gateway is about to be asked for that much."""

    name = "payment.created"

    gateway: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PaymentActionRequired(PaymentEvent):
    """The payer has to do something; `failure_code` says why an attempt before was not enough."""

    name = "payment.action_required"

    gateway: str
    failure_code: str


@dataclass(frozen=True, kw_only=True)
class PaymentProcessing(PaymentEvent):
    """The gateway has taken it on and does not know yet."""

    name = "payment.processing"

    gateway: str


@dataclass(frozen=True, kw_only=True)
class PaymentAuthorized(PaymentEvent):
    """The money is set aside for us, to be captured when the goods leave."""

    name = "payment.authorized"

    gateway: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PaymentCanceled(PaymentEvent):
    """It was given up; nothing was charged."""

    name = "payment.canceled"

    gateway: str


@dataclass(frozen=True, kw_only=True)
class PaymentSentBack(PaymentEvent):
    """What had come did not match, and staff have sent it back: that much, or nothing when it was
    only authorized. It is canceled by it."""

    name = "payment.sent_back"

    gateway: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PaymentHeld(PaymentEvent):
    """What the gateway says does not match what it was asked for: staff have to look."""

    name = "payment.held"

    reason: str


@dataclass(frozen=True, kw_only=True)
class PaymentCaptured(PaymentEvent):
    """The money is ours."""

    name = "payment.captured"

    gateway: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PaymentFailed(PaymentEvent):
    """The gateway refused; nothing was charged."""

    name = "payment.failed"

    gateway: str
    failure_code: str


@dataclass(frozen=True, kw_only=True)
class PaymentUnfillable(PaymentEvent):
    """The money is ours and the goods are not there any more: it has to go back."""

    name = "payment.unfillable"

    amount: Money


@dataclass(frozen=True, kw_only=True)
class RefundRequested(RefundEvent):
    """A part of a payment is set aside to be given back."""

    name = "refund.requested"


@dataclass(frozen=True, kw_only=True)
class RefundSucceeded(RefundEvent):
    """The gateway has given the money back."""

    name = "refund.succeeded"


@dataclass(frozen=True, kw_only=True)
class RefundFailed(RefundEvent):
    """The gateway refused to give the money back; it can be refunded again."""

    name = "refund.failed"

    failure_code: str


@dataclass(frozen=True, kw_only=True)
class SimulatedChargeBegun(Event):
    """The simulated gateway has a charge that its pretended bank will settle."""

    name = "simulated_gateway.charge_begun"
    aggregate_type = "simulated_charge"


@dataclass(frozen=True, kw_only=True)
class SimulatedChargeSettled(Event):
    """The simulated gateway has something to tell by webhook, so many times."""

    name = "simulated_gateway.charge_settled"
    aggregate_type = "simulated_charge"

    copies: int


@dataclass(frozen=True, kw_only=True)
class PaymentAskedAbout(PaymentEvent):
    """Somebody wants to know from the gateway how a payment stands."""

    name = "payment.asked_about"


@dataclass(frozen=True, kw_only=True)
class RefundAskedAbout(RefundEvent):
    """Somebody wants to know from the gateway how a refund stands."""

    name = "refund.asked_about"


@dataclass(frozen=True, kw_only=True)
class RefundSettled(RefundEvent):
    """Somebody has dealt with a refund that failed: `how` is "retried" or "otherwise"."""

    name = "refund.settled"

    how: str


@dataclass(frozen=True, kw_only=True)
class ProviderEventRevived(Event):
    """Somebody has a gateway's webhook tried again."""

    name = "provider_event.revived"
    aggregate_type = "provider_event"


@dataclass(frozen=True, kw_only=True)
class ProviderEventIgnored(Event):
    """Somebody has found that a gateway's webhook is about nothing of ours."""

    name = "provider_event.ignored"
    aggregate_type = "provider_event"
