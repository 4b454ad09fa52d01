"""The simulated gateway's webhooks: signed and timed like real ones, and handed to a function of
ours where a real gateway has an address."""

import json
import re
from collections.abc import Mapping
from hashlib import blake2s
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.module_loading import import_string
from rest_framework.exceptions import ParseError

from apps.core.money import Money
from apps.core.parsers import parse_json
from apps.core.transactions import forbids_transaction
from apps.payments.charges import Charge, ChargeOutcome, Notice
from apps.payments.errors import WebhookRefused
from apps.payments.models.simulated_charge import SimulatedCharge

HEADER = "Simulated-Signature"
_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})", re.ASCII)
_TOLERANCE_SECONDS = 300


@forbids_transaction
def send_webhook(*, charge_id: UUID, copies: int = 1) -> None:
    """This function will tell how a charge stands: each copy is the same event."""
    body = _body(SimulatedCharge.objects.get(public_id=charge_id))
    receive = import_string(settings.SIMULATED_GATEWAY_WEBHOOK)
    for _ in range(copies):
        now = timezone.now()
        headers = {HEADER: sign(body, at=int(now.timestamp()))}
        receive(gateway="simulated", body=body, headers=headers, now=now)


def sign(body: bytes, *, at: int, secret: str | bytes | None = None) -> str:
    """This function will return the header that says who wrote a body, and when (Unix time)."""
    return f"t={at},v1={_digest(body, at=at, secret=secret)}"


def read_webhook(body: bytes, *, headers: Mapping[str, Any]) -> Notice:
    """This function will check and read a webhook. While `SECRET_KEY` is changed, what the one
    before has signed is good too.

    Raises:
        WebhookRefused: unsigned, signed by somebody else, too old, or not one of ours.
    """
    header = next((str(headers[name]) for name in headers if name.lower() == HEADER.lower()), "")
    if not (signature := _SIGNATURE.fullmatch(header)):
        raise WebhookRefused
    at = int(signature[1])
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(
        constant_time_compare(signature[2], _digest(body, at=at, secret=s)) for s in secrets
    ):
        raise WebhookRefused
    if abs(timezone.now().timestamp() - at) > _TOLERANCE_SECONDS:
        raise WebhookRefused("It is too old.")
    try:
        return _notice(parse_json(body))
    except (ParseError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise WebhookRefused("It is not an event of the simulated gateway's.") from error


def _digest(body: bytes, *, at: int, secret: str | bytes | None) -> str:
    signed = f"{at}.".encode() + body
    mac = salted_hmac("apps.payments.gateways.simulated", signed, secret, algorithm="sha256")
    return mac.hexdigest()


def _body(charge: SimulatedCharge) -> bytes:
    event_id = blake2s(f"{charge.reference}:{charge.outcome}".encode(), digest_size=12).hexdigest()
    told = {
        "id": f"sim_evt_{event_id}",
        "type": f"charge.{charge.outcome}",
        "livemode": False,
        "charge": {
            "reference": charge.reference,
            "outcome": charge.outcome,
            "amount": charge.money.as_json(),
            "failure_code": charge.failure_code,
            "metadata": charge.metadata,
        },
    }
    return json.dumps(told).encode()


def _notice(told: Any) -> Notice:
    charge = told["charge"]
    return Notice(
        event_id=told["id"],
        kind=told["type"],
        charge=Charge(
            reference=charge["reference"],
            outcome=ChargeOutcome(charge["outcome"]),
            amount=Money.from_json(charge["amount"]),
            failure_code=charge["failure_code"],
            metadata=charge["metadata"],
            livemode=told["livemode"],
        ),
    )
