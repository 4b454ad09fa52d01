"""The life of a PaymentIntent, resumable wherever it stopped. Raw JSON in and out."""

from typing import Any

import stripe
import structlog
from django.conf import settings
from django.utils import timezone

from apps.payments.charges import ChargeRequest, payment_named_by
from apps.payments.errors import GatewayUnavailable
from apps.payments.gateways.gateway import KEYS_LIVE_FOR
from apps.payments.gateways.stripe_amounts import minor_units
from apps.payments.gateways.stripe_answers import (
    CANCELABLE,
    REFUSED,
    UnreadableAnswer,
    read_charge,
    refusal_code,
)
from apps.payments.gateways.stripe_client import asking, stripe_client

log = structlog.get_logger(__name__)

Intent = dict[str, Any]

_UNCONFIRMED = {"requires_payment_method", "requires_confirmation"}


def find_or_create(request: ChargeRequest) -> Intent:
    """This function will return the intent of a charge as it stands; no money moves.

    Raises:
        InexactAmount, InvalidRequestError: there is none, and there cannot be.
        GatewayUnavailable: no answer, or the account that is set up is not the one that it is in.
    """
    try:
        known = request.reference or _searched(request)
        if known:
            return retrieve(known)
    except stripe.InvalidRequestError as error:
        log_refusal("find a charge made before", error)
        raise GatewayUnavailable from error
    return _created(request)


def pursue(intent: Intent, request: ChargeRequest) -> Intent:
    """This function will take an intent as far as it gets without the payer.

    A payment method that is refused ends it. That is written into its metadata first, so that the
    cancelation is known for what it is to whoever hears of it.
    """
    if (intent.get("metadata") or {}).get(REFUSED) and intent["status"] in CANCELABLE:
        return cancel(intent["id"])
    if intent["status"] not in _UNCONFIRMED:
        return intent
    if error := intent.get("last_payment_error"):
        return _refuse(intent["id"], refusal_code(error))
    return _confirm(intent["id"], request)


def retrieve(reference: str) -> Intent:
    """This function will return an intent as it now stands."""
    with asking("retrieve a charge"):
        return _checked(stripe_client().v1.payment_intents.retrieve(reference))


def cancel(reference: str) -> Intent:
    """This function will cancel an intent, or return it as it stands when it is too late.

    There is no idempotency key: a second cancelation is harmless, and a remembered refusal of the
    first would not be.
    """
    try:
        with asking("cancel a charge"):
            return _checked(stripe_client().v1.payment_intents.cancel(reference))
    except stripe.InvalidRequestError:
        return retrieve(reference)


def as_it_stands(answer: stripe.PaymentIntent) -> Intent:
    """This function will return an answered intent, read again when the answer is an old one."""
    with asking("read a charge"):
        intent, is_old = _checked(answer), is_replay(answer)
    return retrieve(intent["id"]) if is_old else intent


def _checked(answer: stripe.PaymentIntent) -> Intent:
    intent = answer.to_dict()
    if intent["object"] != "payment_intent" or not intent["id"].startswith("pi_"):
        raise UnreadableAnswer("not a payment intent")
    read_charge(intent)
    return intent


def is_replay(answer: stripe.StripeObject) -> bool:
    """This function will tell whether Stripe has said the same before, under the same key."""
    response = answer.last_response
    return response is None or response.headers.get("Idempotent-Replayed") == "true"


def log_refusal(what: str, error: stripe.StripeError) -> None:
    """This function will leave a line about what Stripe did not want, and not what it was told."""
    log.warning(
        "stripe_refused",
        asked=what,
        code=error.code,
        param=getattr(error, "param", None),
        stripe_request_id=error.request_id,
    )


def code_of(error: stripe.StripeError) -> str:
    """This function will return the finest word that a refusal has for itself."""
    body = error.json_body if isinstance(error.json_body, dict) else {}
    return refusal_code(body.get("error")) or "refused"


def _searched(request: ChargeRequest) -> str:
    """What was asked for before Stripe forgot the key, by our name for it. Stripe's search is a
    minute behind, which is why it is no substitute for the key before that."""
    payment = payment_named_by(request.metadata)
    if not payment or not request.since or timezone.now() - request.since < KEYS_LIVE_FOR:
        return ""
    with asking("search for a charge"):
        found = stripe_client().v1.payment_intents.search(
            {"query": f"metadata['payment']:'{payment}'", "limit": 100}
        )
        intents = [_checked(intent) for intent in found.data]
    intents.sort(key=lambda intent: intent["status"] in {*CANCELABLE, "canceled"})
    return str(intents[0]["id"]) if intents else ""


def _created(request: ChargeRequest) -> Intent:
    methods: dict[str, Any] = {"enabled": True}
    if request.payment_method and not settings.STRIPE_RETURN_URL:
        methods["allow_redirects"] = "never"  # there is nowhere to come back to
    amount = minor_units(request.amount)
    with asking("create a charge"):
        created = stripe_client().v1.payment_intents.create(
            {
                "amount": amount,
                "currency": request.amount.currency.lower(),
                "capture_method": request.capture_method.value,
                "automatic_payment_methods": methods,  # type: ignore[typeddict-item]
                "metadata": dict(request.metadata),
            },
            {"idempotency_key": request.idempotency_key},
        )
    return as_it_stands(created)


def _confirm(reference: str, request: ChargeRequest) -> Intent:
    wish = {"payment_method": request.payment_method}
    if settings.STRIPE_RETURN_URL:
        wish["return_url"] = settings.STRIPE_RETURN_URL
    try:
        with asking("confirm a charge"):
            confirmed = stripe_client().v1.payment_intents.confirm(
                reference,
                wish,  # type: ignore[arg-type]
                {"idempotency_key": f"{request.idempotency_key}:confirm"},
            )
    except stripe.CardError as refusal:
        return _refuse(reference, code_of(refusal))
    except stripe.InvalidRequestError as refusal:
        if refusal.code == "payment_intent_unexpected_state":
            return retrieve(reference)  # somebody else has confirmed it meanwhile
        log_refusal("confirm a charge", refusal)
        return _refuse(reference, code_of(refusal))
    return as_it_stands(confirmed)


def _refuse(reference: str, code: str) -> Intent:
    note = {REFUSED: code or "refused"}
    try:
        with asking("note a refusal"):
            stripe_client().v1.payment_intents.update(reference, {"metadata": note})
    except stripe.InvalidRequestError as error:
        log_refusal("note a refusal", error)
    return cancel(reference)
