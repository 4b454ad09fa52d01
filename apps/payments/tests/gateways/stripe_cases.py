"""Stripe as the contract wants to see it: our double, or the test mode of a real account."""

import json
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apps.payments.gateways import Charge
from apps.payments.gateways import stripe_client as clients
from apps.payments.gateways.stripe import StripeGateway
from apps.payments.gateways.stripe_amounts import money_of
from apps.payments.gateways.stripe_client import stripe_client
from apps.payments.tests.gateways.contract import GatewayCase
from tests.stripe_double import StripeDouble
from tests.stripe_double.signatures import sign

SECRET = "whsec_of_the_endpoint"
RETURN_URL = "https://shop.example/return"


def use_double(double: StripeDouble, settings: Any) -> None:
    """This function will have the gateway speak to a double, without patience."""
    settings.STRIPE_SECRET_KEY = double.client_key
    settings.STRIPE_API_BASE = double.url
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.STRIPE_RETURN_URL = RETURN_URL
    settings.STRIPE_NETWORK_RETRIES = 0
    settings.STRIPE_TIMEOUTS = (2, 5)


def use_test_mode(key: str, settings: Any) -> None:
    """This function will have the gateway speak to Stripe."""
    assert key.startswith(("sk_test_", "rk_test_")), "a test key, never a live one"
    settings.STRIPE_SECRET_KEY = key
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.STRIPE_RETURN_URL = RETURN_URL
    settings.STRIPE_NETWORK_RETRIES = 2


def case_of_double(double: StripeDouble) -> GatewayCase:
    def act(charge: Charge, succeeds: bool) -> None:
        if double.intent(charge.reference)["status"] == "requires_action":
            double.authenticate(charge.reference, succeed=succeeds)
        else:
            double.pay(charge.reference, "pm_card_visa")

    def lose_answer() -> str:
        double.fault("reset_after", "payment_intents.confirm")
        return "pm_card_visa"

    return _case(
        taken=lambda payment: _moved(double.movements("captured", payment=payment)),
        given_back=lambda payment: _moved(double.movements("refunded", payment=payment)),
        act=act,
        lose_answer=lose_answer,
    )


def case_of_test_mode() -> GatewayCase:
    def intents_of(payment: str) -> list[dict[str, Any]]:
        latest = stripe_client().v1.payment_intents.list({"limit": 100}).to_dict()["data"]
        return [intent for intent in latest if intent["metadata"].get("payment") == payment]

    def taken(payment: str) -> list[Decimal]:
        sums = [money_of(one["amount_received"], "eur").amount for one in intents_of(payment)]
        return [amount for amount in sums if amount]

    def given_back(payment: str) -> list[Decimal]:
        answers = [
            stripe_client().v1.refunds.list({"payment_intent": one["id"], "limit": 100}).to_dict()
            for one in intents_of(payment)
        ]
        made = [refund for answer in answers for refund in reversed(answer["data"])]
        return [money_of(one["amount"], "eur").amount for one in made]

    return _case(taken=taken, given_back=given_back)


def new_process() -> StripeGateway:
    """This function will return a gateway that shares no connection with those before."""
    clients._client.cache_clear()
    return StripeGateway()


def signed(body: bytes, *, at: int | None = None, secret: str = SECRET) -> Mapping[str, str]:
    return {"Stripe-Signature": sign(body, [secret], int(time.time()) if at is None else at)}


def event(kind: str, told: dict[str, Any], **more: Any) -> dict[str, Any]:
    """This function will return an event as Stripe writes it."""
    return {
        "id": "evt_1",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "type": kind,
        "livemode": False,
        "data": {"object": told},
    } | more


def _case(**more: Any) -> GatewayCase:
    return GatewayCase(
        make=new_process,
        good="pm_card_visa",
        declined="pm_card_visa_chargeDeclined",
        declined_code="generic_decline",
        poor="pm_card_visa_chargeDeclinedInsufficientFunds",
        needs_action="pm_card_authenticationRequired",
        unknown="pm_nobodys",
        refused=("success", "pi_1", "pm_", "tok_visa", "visa"),
        letter=_letter_about,
        sign=signed,
        **more,
    )


def _letter_about(charge: Charge) -> bytes:
    intent = stripe_client().v1.payment_intents.retrieve(charge.reference).to_dict(for_json=True)
    return json.dumps(event("payment_intent.succeeded", intent), indent=2).encode()


def _moved(movements: list[Any]) -> list[Decimal]:
    return [money_of(one.amount, one.currency).amount for one in movements]
