"""What Stripe tells by webhook, as our double writes and signs it."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from apps.payments.errors import WebhookRefused
from apps.payments.gateways import CaptureMethod, ChargeOutcome, Notice, RefundOutcome
from apps.payments.gateways.stripe import StripeGateway
from apps.payments.tests.gateways.contract import give_back, wish
from apps.payments.tests.gateways.stripe_cases import SECRET, event, signed, use_double
from tests.stripe_double import StripeDouble, stripe_double
from tests.stripe_double.signatures import sign

DECLINED = "pm_card_visa_chargeDeclinedInsufficientFunds"


@pytest.fixture
def double(settings: Any) -> Iterator[StripeDouble]:
    with stripe_double(webhook_secret=SECRET) as double:
        use_double(double, settings)
        yield double


@pytest.fixture(autouse=True)
def _secrets(settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]


def heard(double: StripeDouble, kind: str, name: str = "") -> Notice:
    body, headers = double.webhooks.letter(double.event(kind, name))
    return StripeGateway().read_notice(body=body, headers=headers)


def told(kind: str, content: dict[str, Any], **more: Any) -> Notice:
    body = json.dumps(event(kind, content, **more)).encode()
    return StripeGateway().read_notice(body=body, headers=signed(body))


def test_hears_that_money_came(double):
    charge = StripeGateway().charge(wish("pm_card_visa"))
    notice = heard(double, "payment_intent.succeeded")
    assert notice.kind == "payment_intent.succeeded"
    assert notice.event_id.startswith("evt_")
    assert notice.charge == charge


def test_hears_that_the_payer_has_to_act(double):
    charge = StripeGateway().charge(wish("pm_card_authenticationRequired"))
    assert heard(double, "payment_intent.requires_action").charge == charge


def test_hears_of_a_payer_who_failed(double):
    charge = StripeGateway().charge(wish("pm_card_authenticationRequired"))
    double.authenticate(charge.reference, succeed=False)
    notice = heard(double, "payment_intent.payment_failed")
    assert notice.charge.outcome is ChargeOutcome.REQUIRES_ACTION
    assert notice.charge.failure_code == "payment_intent_authentication_failure"


def test_hears_that_money_was_set_aside(double):
    charge = StripeGateway().charge(wish("pm_card_visa", capture_method=CaptureMethod.MANUAL))
    assert heard(double, "payment_intent.amount_capturable_updated").charge == charge


def test_hears_of_a_decline_as_of_one_whoever_tells_of_it(double):
    """Stripe's own word comes before our answer more often than not."""
    charge = StripeGateway().charge(wish(DECLINED))
    notice = heard(double, "payment_intent.canceled", charge.reference)
    assert notice.charge == charge
    assert (charge.outcome, charge.failure_code) == (ChargeOutcome.FAILED, "insufficient_funds")


def test_hears_that_a_charge_was_given_up(double):
    request = wish("pm_card_authenticationRequired")
    StripeGateway().charge(request)
    StripeGateway().withdraw(request)
    notice = heard(double, "payment_intent.canceled")
    assert (notice.charge.outcome, notice.charge.failure_code) == (ChargeOutcome.CANCELED, "")


def test_makes_nothing_of_an_intent_that_was_only_created(double):
    StripeGateway().charge(wish("pm_card_visa"))
    notice = heard(double, "payment_intent.created")
    assert (notice.charge, notice.refund) == (None, None)


def test_hears_of_refunds(double):
    charge = StripeGateway().charge(wish("pm_card_visa"))
    back = give_back(StripeGateway(), charge, "9.99")
    notice = heard(double, "refund.created")
    assert notice.refund == back
    assert (notice.charge, notice.refund.outcome) == (None, RefundOutcome.SUCCEEDED)
    assert notice.refund.charge_reference == charge.reference


@pytest.mark.parametrize("kind", ["refund.failed", "refund.updated", "charge.refund.updated"])
def test_hears_of_a_refund_that_failed_in_the_end(double, kind):
    charge = StripeGateway().charge(wish("pm_card_visa"))
    back = give_back(StripeGateway(), charge)
    double.settle_refund(back.reference, failure="expired_or_canceled_card")
    notice = heard(double, kind)
    assert notice.refund.outcome is RefundOutcome.FAILED
    assert notice.refund.failure_code == "expired_or_canceled_card"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("charge.refunded", {"object": "charge", "refunds": {"data": [{"id": "re_1"}]}}),
        ("charge.succeeded", {"object": "charge", "id": "ch_1"}),
        ("customer.created", {"object": "customer"}),
        ("ping", {}),
    ],
)
def test_makes_nothing_of_what_it_has_no_use_for(kind, content):
    assert told(kind, content) == Notice(event_id="evt_1", kind=kind)


def test_believes_the_event_about_its_mode():
    intent = {
        "id": "pi_1",
        "amount": 1,
        "amount_received": 1,
        "currency": "eur",
        "livemode": False,
        "metadata": {},
        "status": "succeeded",
    }
    assert told("payment_intent.succeeded", intent, livemode=True).charge.livemode is True
    assert told("payment_intent.succeeded", intent, livemode=False).charge.livemode is False


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("payment_intent.succeeded", {}),
        ("payment_intent.succeeded", {"id": "pi_1", "status": "on_the_moon"}),
        ("refund.created", {"id": "re_1"}),
        ("x" * 101, {}),
        ("", {}),
    ],
)
def test_refuses_an_event_that_makes_no_sense(kind, content):
    with pytest.raises(WebhookRefused):
        told(kind, content)


@pytest.mark.parametrize("event_id", ["", "e" * 256, None, 7, ["evt_1"]])
def test_refuses_an_event_without_a_name(event_id):
    with pytest.raises(WebhookRefused):
        told("ping", {}, id=event_id)


def test_takes_either_secret_while_they_are_changed(settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", " whsec_old "]
    body = json.dumps(event("ping", {})).encode()
    for secret in ("whsec_new", "whsec_old"):
        headers = signed(body, secret=secret)
        assert StripeGateway().read_notice(body=body, headers=headers).kind == "ping"
    with pytest.raises(WebhookRefused):
        StripeGateway().read_notice(body=body, headers=signed(body, secret="whsec_older"))


def test_takes_what_stripe_has_signed_with_both_secrets():
    body = json.dumps(event("ping", {})).encode()
    headers = {"stripe-signature": sign(body, ["whsec_other", SECRET], int(time.time()))}
    assert StripeGateway().read_notice(body=body, headers=headers).kind == "ping"


@pytest.mark.parametrize("secrets", [[], [""], [" "]])
def test_believes_nobody_without_a_secret(settings, secrets):
    settings.STRIPE_WEBHOOK_SECRETS = secrets
    body = json.dumps(event("ping", {})).encode()
    for secret in ("", " ", SECRET):
        with pytest.raises(WebhookRefused):
            StripeGateway().read_notice(body=body, headers=signed(body, secret=secret))
