"""The Stripe gateway on its happy path against localstripe, which is none of our making.

It keeps no idempotency keys, caps no refund and knows few test cards: those promises are tested
against our own double, and against Stripe by whoever has test keys (`test_stripe_test_mode.py`).
"""

import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import stripe

from apps.core.money import Money
from apps.payments.errors import ChargeNotFound
from apps.payments.gateways import CaptureMethod, ChargeOutcome, RefundOutcome
from apps.payments.gateways.stripe import StripeGateway
from apps.payments.gateways.stripe_client import stripe_client
from apps.payments.tests.gateways.contract import PRICE, give_back, wish
from tests.stripe_double.localstripe_peer import localstripe
from tests.stripe_double.receiver import Receiver, receiver

# The database is only asked whether a transaction is open.
pytestmark = pytest.mark.django_db

SECRET = "whsec_of_localstripe"


@pytest.fixture(scope="module")
def peer() -> Iterator[str]:
    with localstripe() as url:
        yield url


@pytest.fixture
def gateway(peer: str, settings: Any) -> StripeGateway:
    settings.STRIPE_SECRET_KEY = "sk_test_localstripe"
    settings.STRIPE_API_BASE = peer
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.STRIPE_NETWORK_RETRIES = 0
    settings.STRIPE_TIMEOUTS = (2, 5)
    return StripeGateway()


def test_charges_and_gives_back(gateway):
    request = wish("pm_card_visa")
    charge = gateway.charge(request)
    assert (charge.outcome, charge.amount) == (ChargeOutcome.CAPTURED, PRICE)
    assert charge.metadata == request.metadata
    assert charge.livemode is False
    assert gateway.find_charge(charge.reference) == charge
    refund = give_back(gateway, charge, "5.00")
    assert (refund.outcome, refund.amount) == (
        RefundOutcome.SUCCEEDED,
        Money(Decimal("5.00"), "EUR"),
    )
    assert refund.charge_reference == charge.reference
    assert gateway.find_refund(refund.reference) == refund


def test_says_that_a_card_was_declined(gateway):
    refused = gateway.charge(wish("pm_card_chargeCustomerFail"))
    assert (refused.outcome, refused.failure_code) == (ChargeOutcome.FAILED, "card_declined")
    assert gateway.find_charge(refused.reference) == refused


def test_authorizes_and_captures(gateway):
    charge = gateway.charge(wish("pm_card_visa", capture_method=CaptureMethod.MANUAL))
    assert (charge.outcome, charge.amount) == (ChargeOutcome.AUTHORIZED, PRICE)
    taken = gateway.capture(charge.reference, amount=PRICE, idempotency_key="capture-1")
    assert (taken.outcome, taken.amount) == (ChargeOutcome.CAPTURED, PRICE)


@pytest.mark.parametrize("method", ["", "pm_card_visa"])
def test_gives_up_what_was_not_captured(gateway, method):
    request = wish(method, capture_method=CaptureMethod.MANUAL)
    charge = gateway.charge(request)
    withdrawn = gateway.withdraw(replace(request, reference=charge.reference))
    assert withdrawn.outcome is ChargeOutcome.CANCELED
    assert gateway.find_charge(charge.reference) == withdrawn


def test_waits_for_the_payer_to_authenticate(gateway, peer):
    charge = gateway.charge(wish(_card_that_asks()))
    assert charge.outcome is ChargeOutcome.REQUIRES_ACTION
    assert charge.client_secret
    _post(
        f"{peer}/v1/payment_intents/{charge.reference}/_authenticate",
        {"key": "pk_test_browser", "client_secret": charge.client_secret, "success": True},
    )
    assert gateway.find_charge(charge.reference).outcome is ChargeOutcome.CAPTURED


def test_knows_nothing_of_a_charge_that_was_never_made(gateway):
    with pytest.raises(ChargeNotFound):
        gateway.find_charge("pi_nobody")


def test_believes_its_signature_and_reads_what_it_tells(gateway, peer):
    with receiver() as listener:
        _post(f"{peer}/_config/webhooks/ours", {"url": listener.url, "secret": SECRET})
        charge = gateway.charge(wish("pm_card_visa"))
        letter = _wait_for_a_letter(listener, about=charge.reference)
    notice = gateway.read_notice(body=letter.body, headers=letter.headers)
    assert notice.kind == "payment_intent.succeeded"
    assert notice.charge == charge


def _card_that_asks() -> str:
    """localstripe has no test token for it, only its public number."""
    made = stripe_client().v1.payment_methods.create(
        {
            "type": "card",
            "card": {"number": "4000002760003184", "exp_month": 12, "exp_year": 2030, "cvc": "123"},
        }
    )
    assert isinstance(made, stripe.PaymentMethod)
    return made.id


def _post(url: str, content: dict[str, Any]) -> None:
    with urllib.request.urlopen(url, json.dumps(content).encode(), timeout=5):
        pass


def _wait_for_a_letter(listener: Receiver, *, about: str) -> Any:
    # localstripe waits a second before it writes, also of what was there before.
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for letter in list(listener.letters):
            if about.encode() in letter.body:
                return letter
        time.sleep(0.02)
    raise TimeoutError(about)
