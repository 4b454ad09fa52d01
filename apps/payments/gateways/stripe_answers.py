"""What Stripe's objects mean to us. Pure: JSON in, our own words out."""

from collections.abc import Mapping
from typing import Any

from apps.core.money import Money
from apps.payments.charges import Charge, ChargeOutcome, GatewayRefund, RefundOutcome
from apps.payments.gateways.stripe_amounts import money_of

# https://docs.stripe.com/payments/paymentintents/lifecycle
_CHARGE_OUTCOMES = {
    "requires_payment_method": ChargeOutcome.REQUIRES_ACTION,
    "requires_confirmation": ChargeOutcome.REQUIRES_ACTION,
    "requires_action": ChargeOutcome.REQUIRES_ACTION,
    "processing": ChargeOutcome.PROCESSING,
    "requires_capture": ChargeOutcome.AUTHORIZED,
    "succeeded": ChargeOutcome.CAPTURED,
    "canceled": ChargeOutcome.CANCELED,
}
# https://docs.stripe.com/api/refunds/object#refund_object-status
_REFUND_OUTCOMES = {
    "pending": RefundOutcome.PENDING,
    "requires_action": RefundOutcome.PENDING,
    "succeeded": RefundOutcome.SUCCEEDED,
    "failed": RefundOutcome.FAILED,
    "canceled": RefundOutcome.FAILED,
}

# In an intent's metadata: why its payment method was refused, written before it is canceled.
REFUSED = "refused"

# Where nothing was received yet, and canceling an intent ends it.
CANCELABLE = frozenset(
    {"requires_payment_method", "requires_confirmation", "requires_action", "requires_capture"}
)


class UnreadableAnswer(ValueError):
    """It is not what Stripe writes, or of a kind that we do not know."""


def read_charge(intent: Mapping[str, Any]) -> Charge:
    """This function will read a PaymentIntent.

    One that we have canceled because its payment method was refused is a charge that failed,
    whoever tells of it: our own call, a look-up or a webhook.

    Raises:
        UnreadableAnswer: it is none, or has a status that we do not know.
    """
    try:
        outcome = _CHARGE_OUTCOMES[intent["status"]]
        failure_code = _failure_code(intent, outcome)
        if outcome is ChargeOutcome.CANCELED and failure_code:
            outcome = ChargeOutcome.FAILED
        waits = outcome is ChargeOutcome.REQUIRES_ACTION
        return Charge(
            reference=_text(intent["id"]),
            outcome=outcome,
            amount=_amount(intent, outcome),
            failure_code=failure_code,
            client_secret=_text(intent.get("client_secret") or "") if waits else "",
            redirect_url=_redirect_url(intent) if waits else "",
            metadata=_metadata(intent),
            livemode=intent["livemode"] is True,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableAnswer(f"not a payment intent: {type(error).__name__}") from error


def read_refund(refund: Mapping[str, Any]) -> GatewayRefund:
    """This function will read a Refund.

    Raises:
        UnreadableAnswer: it is none, or has a status that we do not know.
    """
    try:
        outcome = _REFUND_OUTCOMES[refund["status"]]
        failed = outcome is RefundOutcome.FAILED
        return GatewayRefund(
            reference=_text(refund["id"]),
            outcome=outcome,
            failure_code=(refund.get("failure_reason") or refund["status"]) if failed else "",
            amount=money_of(_number(refund["amount"]), refund["currency"]),
            charge_reference=_id_of(refund.get("payment_intent")),
            metadata=_metadata(refund),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableAnswer(f"not a refund: {type(error).__name__}") from error


def refusal_code(error: Mapping[str, Any] | None) -> str:
    """This function will return the finest word that an error of Stripe has for itself."""
    known = error or {}
    return str(known.get("decline_code") or known.get("code") or "")[:100]


def _failure_code(intent: Mapping[str, Any], outcome: ChargeOutcome) -> str:
    refused = str(_metadata(intent).get(REFUSED, ""))[:100]
    if outcome is ChargeOutcome.REQUIRES_ACTION:
        return refused or refusal_code(intent.get("last_payment_error"))
    return refused if outcome is ChargeOutcome.CANCELED else ""


def _amount(intent: Mapping[str, Any], outcome: ChargeOutcome) -> Money:
    told = {
        ChargeOutcome.CAPTURED: "amount_received",
        ChargeOutcome.AUTHORIZED: "amount_capturable",
    }.get(outcome, "amount")
    return money_of(_number(intent[told]), intent["currency"])


def _redirect_url(intent: Mapping[str, Any]) -> str:
    step = (intent.get("next_action") or {}).get("redirect_to_url") or {}
    return _text(step.get("url") or "")


def _metadata(holder: Mapping[str, Any]) -> dict[str, str]:
    return {_text(name): _text(value) for name, value in (holder.get("metadata") or {}).items()}


def _id_of(related: Any) -> str:
    """A related object is its id, or the object itself when it was expanded, or nothing."""
    return _text(related["id"] if isinstance(related, Mapping) else related or "")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a whole number")
    return value
