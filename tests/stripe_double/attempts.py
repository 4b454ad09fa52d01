"""An attempt to take the money of an intent, from the bank's answer to the books."""

from typing import Any

from tests.stripe_double.errors import Refused
from tests.stripe_double.ledger import Ledger
from tests.stripe_double.payment_methods import Decline
from tests.stripe_double.records import Charge, Intent, Refund
from tests.stripe_double.rendering import render

AUTHENTICATION_FAILED = (
    "We are unable to authenticate your payment method. Please choose a different payment method "
    "and try again."
)
NOT_HANDLED = Decline(
    "authentication_not_handled",
    "This payment required an authentication action to complete, but `error_on_requires_action` "
    "was set.",
    "authentication_required",
)
OFF_SESSION = Decline(
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    "authentication_required",
)


def attempt(ledger: Ledger, intent: Intent, *, authenticated: bool = False) -> None:
    """This function will try to take the money, as the payment method lets it.

    Raises:
        Refused: the bank said no; the intent waits for another payment method.
    """
    assert intent.payment_method
    behaviour = intent.payment_method.behaviour
    intent.next_action = intent.last_payment_error = None
    if behaviour.authentication and not authenticated:
        ask_for_authentication(ledger, intent)
    elif behaviour.settles_later:
        _wait_for_the_bank(ledger, intent)
    elif behaviour.decline:
        decline(ledger, intent, behaviour.decline)
    else:
        approve(ledger, intent, _new_charge(ledger, intent, "succeeded"))


def _new_charge(ledger: Ledger, intent: Intent, status: str) -> Charge:
    assert intent.payment_method
    charge = Charge(intent, intent.payment_method, status, metadata=dict(intent.metadata))
    intent.charges.append(charge)
    ledger.charges[charge.id] = charge
    return charge


def ask_for_authentication(ledger: Ledger, intent: Intent) -> None:
    """This function will send the shopper to the bank."""
    page = f"{ledger.url}/3d_secure/{intent.id}?client_secret={intent.client_secret}"
    if intent.return_url:
        kind, step = "redirect_to_url", {"return_url": intent.return_url, "url": page}
    else:
        kind, step = "use_stripe_sdk", {"type": "three_d_secure_redirect", "stripe_js": page}
    intent.next_action = {"type": kind, kind: step}
    intent.status = "requires_action"
    ledger.tell("payment_intent.requires_action", intent)


def _wait_for_the_bank(ledger: Ledger, intent: Intent) -> None:
    charge = _new_charge(ledger, intent, "pending")
    intent.status = "processing"
    ledger.tell("charge.pending", charge)
    ledger.tell("payment_intent.processing", intent)


def approve(ledger: Ledger, intent: Intent, charge: Charge) -> None:
    """This function will take the money, or set it aside."""
    charge.status = "succeeded"
    if intent.capture_method == "manual":
        intent.status = "requires_capture"
        ledger.move("authorized", charge, intent.amount)
        ledger.tell("charge.succeeded", charge)
        ledger.tell("payment_intent.amount_capturable_updated", intent)
        return
    charge.amount_captured = intent.amount
    intent.status = "succeeded"
    ledger.move("captured", charge, intent.amount)
    ledger.tell("charge.succeeded", charge)
    ledger.tell("payment_intent.succeeded", intent)


def decline(ledger: Ledger, intent: Intent, why: Decline) -> None:
    """This function will write down that the bank said no, and say so.

    Raises:
        Refused: always: 402, with the intent as it now is.
    """
    error = fail(ledger, intent, why, _new_charge(ledger, intent, "failed"))
    raise Refused(
        402,
        why.message,
        kind="card_error",
        payment_intent=render(intent),
        **{name: value for name, value in error.items() if name not in {"type", "message"}},
    )


def fail(ledger: Ledger, intent: Intent, why: Decline, charge: Charge) -> dict[str, Any]:
    """This function will close an attempt that brought nothing; the intent may be tried again."""
    error = {
        "type": "card_error",
        "code": why.code,
        "decline_code": why.decline_code,
        "message": why.message,
        "charge": charge.id,
        "payment_method": render(charge.method),
        **({"param": why.param} if why.param else {}),
    }
    charge.status = "failed"
    charge.failure = error
    _back_to_the_start(intent, error)
    ledger.tell("charge.failed", charge)
    ledger.tell("payment_intent.payment_failed", intent)
    return error


def fail_authentication(ledger: Ledger, intent: Intent) -> None:
    """This function will write down that the shopper did not convince the bank."""
    assert intent.payment_method
    error = {
        "type": "invalid_request_error",
        "code": "payment_intent_authentication_failure",
        "message": AUTHENTICATION_FAILED,
        "payment_method": render(intent.payment_method),
    }
    _back_to_the_start(intent, error)
    ledger.tell("payment_intent.payment_failed", intent)


def _back_to_the_start(intent: Intent, error: dict[str, Any]) -> None:
    intent.last_payment_error = error
    intent.next_action = None
    intent.payment_method = None
    intent.status = "requires_payment_method"


def release(ledger: Ledger, charge: Charge, amount: int) -> None:
    """This function will let go of money that was set aside: Stripe shows that as a refund."""
    refund = Refund(charge, amount, "succeeded", released=True)
    charge.refunds.append(refund)
    ledger.refunds[refund.id] = refund
    ledger.move("released", charge, amount)
    ledger.tell("charge.refunded", charge)
