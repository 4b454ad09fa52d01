"""PaymentIntents: what may be done to one, and when.

https://docs.stripe.com/api/payment_intents and https://docs.stripe.com/payments/paymentintents/lifecycle
"""

import time
from typing import Any

from tests.stripe_double.attempts import NOT_HANDLED, OFF_SESSION, attempt, decline, release
from tests.stripe_double.errors import Refused, wrong_parameter
from tests.stripe_double.ledger import Ledger
from tests.stripe_double.records import Intent
from tests.stripe_double.rendering import INTENT_DETAILS, render

Params = dict[str, Any]

CANCELABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_reauthorization",
    "requires_confirmation",
    "requires_action",
    "processing",
)
CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
# What Stripe charges at least, in minor units: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
MINIMUM = {"eur": 50, "usd": 50, "gbp": 30, "chf": 50, "jpy": 50, "pln": 200, "sek": 300}
ONLY_WITH_CONFIRM = (
    "error_on_requires_action",
    "mandate_data",
    "off_session",
    "return_url",
    "use_stripe_sdk",
)
RETURN_URL_NEEDED = (
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because "
    "some of these payment methods might redirect your customer off of your page, you must provide "
    "a `return_url`. If you don't want to accept redirect-based payment methods, set "
    "`automatic_payment_methods[enabled]` to `true` and "
    "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and "
    "Payment Intents."
)
METHOD_MISSING = (
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either "
    "update the PaymentIntent with a payment method and then confirm it again, or confirm it again "
    "directly with a payment method or ConfirmationToken."
)
MANDATE_NEEDED = (
    "This PaymentIntent requires a mandate, but no existing mandate was found. Collect mandate "
    "acceptance from the customer and try again, providing acceptance data in the mandate_data "
    "parameter."
)


def create(ledger: Ledger, params: Params) -> Intent:
    """This function will begin a payment, and confirm it if asked to."""
    _check_amount(params["amount"], params["currency"])
    if not params.get("confirm"):
        for name in ONLY_WITH_CONFIRM:
            if name in params:
                raise wrong_parameter(f"{name} may only be used with confirm=true.", name)
    automatic = _automatic(params)
    intent = Intent(
        amount=params["amount"],
        currency=params["currency"],
        capture_method=params.get("capture_method", "automatic_async"),
        method_types=params.get("payment_method_types") or _enabled(params["currency"]),
        automatic=automatic,
        metadata=_merged({}, params.get("metadata", {})),
        details={name: params[name] for name in INTENT_DETAILS if name in params},
    )
    _take_method(ledger, intent, params)
    if params.get("confirm"):
        _check_confirmation(intent, params)
    ledger.intents[intent.id] = intent
    ledger.tell("payment_intent.created", intent)
    if params.get("confirm"):
        _attempt(ledger, intent, params)
    return intent


def _check_amount(amount: int, currency: str) -> None:
    least = MINIMUM.get(currency, 1)
    if amount < least:
        message = f"Amount must be at least {least} {currency}"
        raise wrong_parameter(message, "amount", "amount_too_small")


def _automatic(params: Params) -> Params | None:
    chosen = params.get("automatic_payment_methods")
    if chosen and "payment_method_types" in params:
        message = (
            "You may only specify one of these parameters: automatic_payment_methods, "
            "payment_method_types."
        )
        raise wrong_parameter(message, "automatic_payment_methods")
    if "payment_method_types" in params or (chosen and not chosen["enabled"]):
        return None
    return {"allow_redirects": "always", "enabled": True} | (chosen or {})


def _enabled(currency: str) -> list[str]:
    debit = {"eur": ["sepa_debit"], "usd": ["us_bank_account"]}
    return ["card", "link", *debit.get(currency, [])]


def _merged(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    if "" in new:
        return {}
    return {name: value for name, value in (old | new).items() if value != ""}


def _take_method(ledger: Ledger, intent: Intent, params: Params) -> None:
    if "payment_method" not in params:
        return
    method = ledger.method(params["payment_method"])
    kind = method.behaviour.type
    if kind not in intent.method_types:
        message = (
            f"The PaymentMethod provided ({kind}) is not allowed for this PaymentIntent. Please "
            "attach a compatible PaymentMethod or update this PaymentIntent's "
            "`payment_method_types`."
        )
        raise wrong_parameter(message, "payment_method")
    if intent.capture_method == "manual" and kind != "card":
        message = f"The payment method `{kind}` does not support manual capture."
        raise wrong_parameter(message, "capture_method")
    intent.payment_method = method
    if intent.status == "requires_payment_method":
        intent.status = "requires_confirmation"


def _check_confirmation(intent: Intent, params: Params) -> None:
    if intent.payment_method is None:
        raise _wrong_state(intent, METHOD_MISSING)
    redirects = intent.automatic and intent.automatic["allow_redirects"] == "always"
    if redirects and not (params.get("return_url") or intent.return_url):
        raise wrong_parameter(RETURN_URL_NEEDED, "return_url")
    if intent.payment_method.behaviour.type != "card" and "mandate_data" not in params:
        raise wrong_parameter(MANDATE_NEEDED, "mandate_data", "payment_intent_mandate_invalid")


def _attempt(ledger: Ledger, intent: Intent, params: Params) -> None:
    intent.return_url = params.get("return_url", intent.return_url)
    assert intent.payment_method
    if intent.payment_method.behaviour.authentication:
        if params.get("off_session"):
            decline(ledger, intent, OFF_SESSION)
        if params.get("error_on_requires_action"):
            decline(ledger, intent, NOT_HANDLED)
    attempt(ledger, intent)


def _wrong_state(intent: Intent, message: str) -> Refused:
    code = "payment_intent_unexpected_state"
    return Refused(400, message, code=code, payment_intent=render(intent))


def retrieve(ledger: Ledger, params: Params, name: str) -> Intent:
    """This function will show a payment."""
    intent = ledger.intent(name, param="intent")
    secret = params.get("client_secret")
    if secret is not None and secret != intent.client_secret:
        message = "The client_secret provided does not match the client_secret associated with "
        raise wrong_parameter(f"{message}the PaymentIntent.", "client_secret")
    return intent


def update(ledger: Ledger, params: Params, name: str) -> Intent:
    """This function will change a payment that is not under way yet; its metadata at any time."""
    intent = ledger.intent(name, param="intent")
    if set(params) - {"metadata", "description"} and intent.status not in CONFIRMABLE:
        message = f"This PaymentIntent's {' and '.join(params)} could not be updated because it "
        raise _wrong_state(intent, f"{message}has a status of {intent.status}.")
    _check_amount(params.get("amount", intent.amount), params.get("currency", intent.currency))
    _take_method(ledger, intent, params)
    intent.amount = params.get("amount", intent.amount)
    intent.currency = params.get("currency", intent.currency)
    intent.metadata = _merged(intent.metadata, params.get("metadata", {}))
    intent.details |= {name: params[name] for name in INTENT_DETAILS if name in params}
    return intent


def confirm(ledger: Ledger, params: Params, name: str) -> Intent:
    """This function will try to take the money."""
    intent = ledger.intent(name, param="intent")
    if intent.status == "succeeded":
        message = "it has already succeeded after being previously confirmed."
        raise _wrong_state(intent, f"You cannot confirm this PaymentIntent because {message}")
    if intent.status not in CONFIRMABLE:
        raise _wrong_state(
            intent,
            f"You cannot confirm this PaymentIntent because it has a status of {intent.status}. "
            "Only a PaymentIntent with one of the following statuses may be confirmed: "
            "requires_confirmation, requires_action.",
        )
    intent.capture_method = params.get("capture_method", intent.capture_method)
    _take_method(ledger, intent, params)
    _check_confirmation(intent, params)
    _attempt(ledger, intent, params)
    return intent


def capture(ledger: Ledger, params: Params, name: str) -> Intent:
    """This function will take money that was set aside, and let go of what is not taken."""
    intent = ledger.intent(name, param="intent")
    if intent.status == "succeeded":
        message = "This PaymentIntent could not be captured because it has already been captured."
        raise _wrong_state(intent, message)
    if intent.status != "requires_capture":
        raise _wrong_state(
            intent,
            "This PaymentIntent could not be captured because it has a status of "
            f"{intent.status}. Only a PaymentIntent with one of the following statuses may be "
            "captured: requires_capture.",
        )
    amount = params.get("amount_to_capture", intent.amount_capturable)
    if amount > intent.amount_capturable:
        message = "The requested capture amount is greater than the authorized amount."
        raise Refused(400, message, code="amount_too_large", param="amount_to_capture")
    intent.metadata = _merged(intent.metadata, params.get("metadata", {}))
    charge = intent.charges[-1]
    charge.amount_captured = amount
    intent.status = "succeeded"
    ledger.move("captured", charge, amount)
    if amount < intent.amount:
        release(ledger, charge, intent.amount - amount)
    ledger.tell("charge.captured", charge)
    ledger.tell("payment_intent.succeeded", intent)
    return intent


def cancel(ledger: Ledger, params: Params, name: str) -> Intent:
    """This function will give a payment up, and let go of what was set aside."""
    intent = ledger.intent(name, param="intent")
    if not _cancelable(intent):
        raise _wrong_state(
            intent,
            f"You cannot cancel this PaymentIntent because it has a status of {intent.status}. "
            "Only a PaymentIntent with one of the following statuses may be canceled: "
            f"{', '.join(CANCELABLE)}.",
        )
    set_aside = intent.amount_capturable
    if intent.status == "processing":
        intent.charges[-1].status = "failed"
    intent.status = "canceled"
    intent.canceled_at = int(time.time())
    intent.cancellation_reason = params.get("cancellation_reason")
    intent.next_action = None
    if set_aside:
        release(ledger, intent.charges[-1], set_aside)
    ledger.tell("payment_intent.canceled", intent)
    return intent


def _cancelable(intent: Intent) -> bool:
    if intent.status == "processing":
        return bool(intent.payment_method and intent.payment_method.behaviour.stops_in_time)
    return intent.status in CANCELABLE
