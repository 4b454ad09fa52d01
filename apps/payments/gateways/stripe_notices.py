"""What Stripe tells by webhook."""

from collections.abc import Mapping, Sequence
from typing import Any

import stripe
from rest_framework.exceptions import ParseError

from apps.core.parsers import parse_json
from apps.payments.charges import Charge, GatewayRefund, Notice
from apps.payments.errors import WebhookRefused
from apps.payments.gateways.stripe_answers import UnreadableAnswer, read_charge, read_refund

_TOLERANCE_SECONDS = 300
_REFUND_KINDS = ("refund.", "charge.refund.")


def read_event(body: bytes, *, headers: Mapping[str, Any], secrets: Sequence[str]) -> Notice:
    """This function will check and read an event.

    While secrets are changed there are two of them, and either is good.

    Raises:
        WebhookRefused: unsigned, signed by somebody else, too old, or not an event.
    """
    signature = next((value for name, value in headers.items() if _is_signature(name)), "")
    if not any(_is_signed(body, str(signature), secret) for secret in secrets):
        raise WebhookRefused
    try:
        return _notice(parse_json(body))
    except (ParseError, UnreadableAnswer, KeyError, TypeError, AttributeError) as error:
        raise WebhookRefused("It is not an event of Stripe's.") from error


def _is_signature(header: str) -> bool:
    return header.lower() == "stripe-signature"


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Stripe's own check raises one thing for a wrong signature, and others for odd bytes."""
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret.strip(), _TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, UnicodeError, TypeError, ValueError):
        return False
    return True


def _notice(event: Any) -> Notice:
    kind, event_id, told = event["type"], event["id"], event["data"]["object"]
    livemode = event["livemode"]
    if not _is_word(kind, longest=100) or not _is_word(event_id, longest=255):
        raise TypeError("an event has a type and an id")
    if not isinstance(livemode, bool) or not isinstance(told, dict):
        raise TypeError("an event has a mode and an object")
    return Notice(
        event_id=event_id,
        kind=kind,
        charge=_charge(kind, told, livemode=livemode),
        refund=_refund(kind, told),
    )


def _charge(kind: str, told: dict[str, Any], *, livemode: bool) -> Charge | None:
    """That an intent was created is no news: we did it, and the next step is ours too."""
    if not kind.startswith("payment_intent.") or kind == "payment_intent.created":
        return None
    return read_charge(told | {"livemode": livemode})


def _refund(kind: str, told: dict[str, Any]) -> GatewayRefund | None:
    return read_refund(told) if kind.startswith(_REFUND_KINDS) else None


def _is_word(value: Any, *, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest
