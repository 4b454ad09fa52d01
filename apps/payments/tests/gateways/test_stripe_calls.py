"""How Stripe is asked, and what becomes of it when something goes wrong on the way."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
import requests
import stripe
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings as installed
from django.utils import timezone
from structlog.testing import capture_logs

from apps.core.money import Money
from apps.payments.errors import ChargeNotFound, GatewayUnavailable
from apps.payments.gateways import CaptureMethod, Charge, ChargeOutcome, RefundOutcome
from apps.payments.gateways import stripe_intents as intents
from apps.payments.gateways.stripe import StripeGateway
from apps.payments.gateways.stripe_client import stripe_client
from apps.payments.tests.gateways.contract import give_back, payment_of, wish
from apps.payments.tests.gateways.stripe_cases import RETURN_URL, new_process, use_double
from tests.stripe_double import StripeDouble, stripe_double

GOOD, ACTION = "pm_card_visa", "pm_card_authenticationRequired"
DECLINED = "pm_card_visa_chargeDeclinedInsufficientFunds"


@pytest.fixture
def double(settings: Any) -> Iterator[StripeDouble]:
    with stripe_double() as double:
        use_double(double, settings)
        yield double


@pytest.fixture
def gateway(double: StripeDouble) -> StripeGateway:
    return new_process()


class Killed(BaseException):
    """The process dies here: nothing catches it."""


def operations(double: StripeDouble) -> list[str]:
    return [request.operation for request in double.requests]


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


# --- what is asked --------------------------------------------------------------------------------


def test_charges_in_two_steps_each_with_its_own_key(double, gateway):
    gateway.charge(wish(GOOD, "key-1"))
    create, confirm = double.requests
    assert (create.operation, create.idempotency_key) == ("payment_intents.create", "key-1")
    assert (confirm.operation, confirm.idempotency_key) == (
        "payment_intents.confirm",
        "key-1:confirm",
    )
    assert create.params["amount"] == "1999"
    assert create.params["currency"] == "eur"
    assert create.params["capture_method"] == "automatic"
    assert create.params["automatic_payment_methods"]["enabled"] == "true"
    assert "payment_method" not in create.params
    assert confirm.params == {"payment_method": GOOD, "return_url": RETURN_URL}


def test_names_order_payment_and_store_to_whoever_looks(double, gateway):
    request = wish(GOOD)
    charge = gateway.charge(request)
    assert double.intent(charge.reference)["metadata"] == request.metadata
    assert set(request.metadata) == {"order", "payment", "store"}


def test_leaves_the_second_step_to_the_payer(double, gateway):
    charge = gateway.charge(wish(""))
    assert operations(double) == ["payment_intents.create"]
    assert charge.client_secret == double.intent(charge.reference)["client_secret"]


def test_speaks_the_version_that_the_installed_package_was_made_for(double, gateway):
    assert installed.STRIPE_API_VERSION == stripe.api_version == "2026-10-28.endive"
    gateway.charge(wish(GOOD))
    assert {request.stripe_version for request in double.requests} == {"2026-10-28.endive"}


def test_sends_the_payer_to_the_bank_and_back(gateway):
    charge = gateway.charge(wish(ACTION))
    assert charge.redirect_url.startswith("http://127.0.0.1:")
    assert charge.client_secret


def test_without_a_way_back_no_payment_method_leads_away(double, gateway, settings):
    settings.STRIPE_RETURN_URL = ""
    assert gateway.charge(wish(GOOD)).outcome is ChargeOutcome.CAPTURED
    create, confirm = double.requests
    assert create.params["automatic_payment_methods"]["allow_redirects"] == "never"
    assert "return_url" not in confirm.params
    waiting = gateway.charge(wish(ACTION))
    assert (waiting.outcome, waiting.redirect_url) == (ChargeOutcome.REQUIRES_ACTION, "")
    assert waiting.client_secret


def test_authorizes_where_the_store_captures_later(double, gateway):
    gateway.charge(wish(GOOD, capture_method=CaptureMethod.MANUAL))
    assert double.requests[0].params["capture_method"] == "manual"


@pytest.mark.parametrize(
    ("amount", "currency", "minor"), [("500", "JPY", 500), ("5", "ISK", 500), ("5.12", "KWD", 5120)]
)
def test_charges_in_the_units_of_the_currency(double, gateway, amount, currency, minor):
    money = Money(Decimal(amount), currency)
    charge = gateway.charge(wish(GOOD, amount=money))
    assert (charge.outcome, charge.amount) == (ChargeOutcome.CAPTURED, money)
    assert double.captured_total(currency=currency.lower()) == minor


def test_an_amount_that_stripe_cannot_say_is_refused_without_asking(double, gateway):
    request = wish(GOOD, amount=Money(Decimal("5.124"), "KWD"))
    refused = gateway.charge(request)
    assert (refused.outcome, refused.failure_code) == (ChargeOutcome.FAILED, "amount_not_exact")
    assert gateway.withdraw(request).outcome is ChargeOutcome.CANCELED
    assert double.requests == []


def test_an_amount_that_stripe_does_not_take_is_refused(double, gateway):
    request = wish(GOOD, amount=euros("0.01"))
    refused = gateway.charge(request)
    assert (refused.outcome, refused.failure_code) == (ChargeOutcome.FAILED, "amount_too_small")
    assert (refused.reference, refused.amount) == ("", euros("0.01"))
    assert gateway.charge(request) == refused
    assert gateway.withdraw(request).outcome is ChargeOutcome.CANCELED
    assert double.movements() == []


@pytest.mark.parametrize(
    ("key", "live"),
    [
        ("sk_test_1", False),
        ("rk_test_1", False),
        ("sk_live_1", True),
        ("rk_live_1", True),
        ("", False),
    ],
)
def test_knows_from_its_key_whether_money_is_real(settings, key, live):
    settings.STRIPE_SECRET_KEY = key
    assert StripeGateway().livemode is live


def test_has_one_client_for_each_process_and_account(double, gateway, settings):
    first = stripe_client()
    assert stripe_client() is first
    settings.STRIPE_SECRET_KEY = "sk_test_other"
    assert stripe_client() is not first


# --- the way there and back -----------------------------------------------------------------------

FAULTS = [
    ("reset_before", {}),
    ("reset_after", {}),
    ("error_before", {"status": 500}),
    ("error_before", {"status": 503}),
    ("error_after", {"status": 502}),
    ("rate_limit", {}),
    ("lock_timeout", {}),
    ("lock_timeout", {"status": 409}),
]


@pytest.mark.parametrize("step", ["create", "confirm"])
@pytest.mark.parametrize(("kind", "more"), FAULTS)
def test_goes_on_where_it_was_left_and_charges_once(double, gateway, step, kind, more):
    request = wish(GOOD)
    double.fault(kind, f"payment_intents.{step}", **more)
    with pytest.raises(GatewayUnavailable):
        gateway.charge(request)
    assert gateway.charge(request).outcome is ChargeOutcome.CAPTURED
    assert len(double.movements("captured")) == 1
    assert len(double.ledger.intents) == 1


def test_reads_what_is_replayed_again_and_says_when_it_cannot(double, gateway):
    request = wish(GOOD)
    done = gateway.charge(request)
    double.fault("error_before", "payment_intents.retrieve", status=500)
    with pytest.raises(GatewayUnavailable):
        gateway.charge(request)
    assert gateway.charge(request) == done


@pytest.mark.parametrize("kind", ["hang_before", "hang_after"])
def test_waits_for_nobody_longer_than_it_has_to(double, gateway, settings, kind):
    settings.STRIPE_TIMEOUTS = (0.5, 0.3)
    request = wish(GOOD)
    double.fault(kind, "payment_intents.confirm", seconds=30)
    began = time.monotonic()
    with pytest.raises(GatewayUnavailable):
        new_process().charge(request)
    assert time.monotonic() - began < 3
    assert new_process().charge(request).outcome is ChargeOutcome.CAPTURED
    assert len(double.movements("captured")) == 1


def test_repeats_a_lost_request_by_itself_with_the_same_key(double, gateway, settings):
    settings.STRIPE_NETWORK_RETRIES = 1
    double.fault("reset_after", "payment_intents.confirm")
    request = wish(GOOD, "key-1")
    assert gateway.charge(request).outcome is ChargeOutcome.CAPTURED
    assert double.executions("key-1:confirm") == 1
    assert len(double.movements("captured")) == 1


def test_an_error_that_stripe_remembers_hides_no_money(double, gateway):
    request = wish(GOOD)
    double.fault("error_after", "payment_intents.confirm", status=500, kept=True)
    with pytest.raises(GatewayUnavailable):
        gateway.charge(request)
    assert gateway.charge(request).outcome is ChargeOutcome.CAPTURED
    assert len(double.movements("captured")) == 1


def test_an_error_that_stripe_remembers_can_be_given_up(double, gateway):
    request = wish(GOOD)
    double.fault("error_before", "payment_intents.confirm", status=500, kept=True)
    for _ in range(2):
        with pytest.raises(GatewayUnavailable):
            gateway.charge(request)
    assert gateway.withdraw(request).outcome is ChargeOutcome.CANCELED
    assert double.movements() == []


@pytest.mark.parametrize(("kind", "more"), FAULTS)
@pytest.mark.parametrize("step", ["update", "cancel"])
def test_a_decline_that_is_cut_short_is_still_a_decline(double, gateway, step, kind, more):
    request = wish(DECLINED)
    double.fault(kind, f"payment_intents.{step}", **more)
    with pytest.raises(GatewayUnavailable):
        gateway.charge(request)
    refused = gateway.charge(request)
    assert (refused.outcome, refused.failure_code) == (ChargeOutcome.FAILED, "insufficient_funds")
    assert gateway.charge(request) == refused == gateway.find_charge(refused.reference)
    assert len(double.ledger.intents) == 1


@pytest.mark.parametrize("step", ["pursue", "_confirm", "_refuse", "cancel"])
@pytest.mark.parametrize(("method", "taken"), [(GOOD, 1), (DECLINED, 0)])
def test_dies_between_two_steps_and_goes_on(double, gateway, monkeypatch, step, method, taken):
    def die(*_: Any) -> None:
        raise Killed

    request = wish(method)
    with monkeypatch.context() as patch:
        patch.setattr(intents, step, die)
        with suppress(Killed):
            gateway.charge(request)
    outcome = ChargeOutcome.CAPTURED if taken else ChargeOutcome.FAILED
    assert gateway.charge(request).outcome is outcome
    assert len(double.movements("captured")) == taken
    assert len(double.ledger.intents) == 1


@pytest.mark.parametrize(("kind", "more"), FAULTS)
def test_gives_up_once_it_is_answered(double, gateway, kind, more):
    request = wish(ACTION)
    gateway.charge(request)
    double.fault(kind, "payment_intents.cancel", **more)
    with pytest.raises(GatewayUnavailable):
        gateway.withdraw(request)
    assert gateway.withdraw(request).outcome is ChargeOutcome.CANCELED


def test_gives_up_what_was_too_busy_to_be_given_up_before(double, gateway):
    """A cancelation has no key: a remembered refusal would hold for a day."""
    request = wish("pm_double_cardProcessingThenDeclined")
    waiting = gateway.charge(request)
    assert waiting.outcome is ChargeOutcome.PROCESSING
    assert gateway.withdraw(request).outcome is ChargeOutcome.PROCESSING
    # Between our look and our wish it began to be processed.
    assert intents.cancel(waiting.reference)["status"] == "processing"
    double.settle(waiting.reference)
    assert gateway.withdraw(request).outcome is ChargeOutcome.CANCELED


@pytest.mark.parametrize(("kind", "more"), FAULTS)
def test_captures_once_whatever_happens(double, gateway, kind, more):
    charge = gateway.charge(wish(GOOD, capture_method=CaptureMethod.MANUAL))
    double.fault(kind, "payment_intents.capture", **more)
    with pytest.raises(GatewayUnavailable):
        gateway.capture(charge.reference, amount=charge.amount, idempotency_key="c")
    done = gateway.capture(charge.reference, amount=charge.amount, idempotency_key="c")
    assert done.outcome is ChargeOutcome.CAPTURED
    assert len(double.movements("captured")) == 1


# --- refunds --------------------------------------------------------------------------------------


def refund(gateway: StripeGateway, charge: Charge, key: str = "r") -> Any:
    return gateway.refund(
        charge_reference=charge.reference,
        amount=euros("5.00"),
        idempotency_key=key,
        metadata={"payment": charge.metadata["payment"], "refund": payment_of(key)},
    )


@pytest.mark.parametrize(
    ("kind", "more"), [*FAULTS, ("error_after", {"status": 500, "kept": True})]
)
def test_gives_back_once_whatever_happens(double, gateway, kind, more):
    charge = gateway.charge(wish(GOOD))
    double.fault(kind, "refunds.create", **more)
    with pytest.raises(GatewayUnavailable):
        refund(gateway, charge)
    assert refund(gateway, charge).outcome is RefundOutcome.SUCCEEDED
    assert double.refunded_total() == 500


def test_gives_back_once_though_the_key_was_forgotten(double, gateway):
    charge = gateway.charge(wish(GOOD))
    first = refund(gateway, charge)
    double.forget_keys()
    assert refund(gateway, charge) == first
    assert double.refunded_total() == 500


def test_a_pending_refund_is_told_as_it_stands_when_it_is_asked_for_again(double, gateway):
    charge = gateway.charge(wish(GOOD))
    double.answer_refunds_with("pending")
    first = refund(gateway, charge)
    assert first.outcome is RefundOutcome.PENDING
    double.settle_refund(first.reference)
    assert refund(gateway, charge).outcome is RefundOutcome.SUCCEEDED
    assert gateway.find_refund(first.reference).outcome is RefundOutcome.SUCCEEDED


def test_a_refund_that_fails_in_the_end_says_why(double, gateway):
    charge = gateway.charge(wish(GOOD))
    back = refund(gateway, charge)
    double.settle_refund(back.reference, failure="lost_or_stolen_card")
    again = gateway.find_refund(back.reference)
    assert (again.outcome, again.failure_code) == (RefundOutcome.FAILED, "lost_or_stolen_card")


def test_names_the_refund_to_whoever_looks(double, gateway):
    charge = gateway.charge(wish(GOOD))
    refund(gateway, charge)
    (movement,) = double.movements("refunded")
    assert movement.metadata == {
        "payment": charge.metadata["payment"],
        "refund": payment_of("r"),
    }
    assert movement.idempotency_key == "r"


def test_says_why_nothing_more_can_be_given_back(gateway):
    charge = gateway.charge(wish(GOOD))
    give_back(gateway, charge)
    assert give_back(gateway, charge).failure_code == "charge_already_refunded"


# --- a day later ----------------------------------------------------------------------------------


def test_knows_a_charge_by_its_name_when_the_key_is_forgotten(double, gateway):
    request = wish(GOOD)
    done = gateway.charge(request)
    double.forget_keys()
    known = replace(request, reference=done.reference)
    assert gateway.charge(known) == gateway.withdraw(known) == done
    assert len(double.ledger.intents) == 1


def test_finds_a_charge_that_it_never_heard_of_when_the_key_is_forgotten(double, gateway):
    request = wish(GOOD)
    double.fault("reset_after", "payment_intents.confirm")
    with pytest.raises(GatewayUnavailable):
        gateway.charge(request)
    double.forget_keys()
    late = replace(request, since=timezone.now() - timedelta(hours=25))
    assert gateway.charge(late).outcome is ChargeOutcome.CAPTURED
    assert gateway.withdraw(late).outcome is ChargeOutcome.CAPTURED
    assert len(double.movements("captured")) == 1


def test_charges_late_what_nobody_asked_for_before(double, gateway):
    late = wish(GOOD, since=timezone.now() - timedelta(hours=25))
    assert gateway.charge(late).outcome is ChargeOutcome.CAPTURED
    assert "payment_intents.search" in operations(double)


def test_searches_for_nothing_while_the_key_is_good(double, gateway):
    gateway.charge(wish(GOOD, since=timezone.now() - timedelta(hours=22)))
    assert operations(double) == ["payment_intents.create", "payment_intents.confirm"]


# --- ours to mend ---------------------------------------------------------------------------------


def test_a_wrong_key_is_an_error_of_ours_and_is_not_written_down(double, gateway, settings):
    settings.STRIPE_SECRET_KEY = "sk_test_wrong_0123456789"
    with capture_logs() as lines, pytest.raises(GatewayUnavailable) as raised:
        new_process().charge(wish(GOOD))
    (line,) = [line for line in lines if line["event"] == "stripe_refused_us"]
    assert (line["log_level"], line["status"]) == ("error", 401)
    assert line["stripe_request_id"].startswith("req_")
    assert raised.value.__cause__ is None
    assert "wrong_0123456789" not in str(lines)
    assert "6789" not in str(lines)


def test_a_key_for_two_things_is_an_error_of_ours(double, gateway):
    request = wish(GOOD)
    gateway.charge(request)
    with capture_logs() as lines, pytest.raises(GatewayUnavailable):
        gateway.charge(replace(request, amount=euros("29.99")))
    assert [line["log_level"] for line in lines] == ["error"]


def test_another_account_is_not_asked_for_the_money_again(double, gateway, settings):
    request = wish(GOOD)
    done = gateway.charge(request)
    settings.STRIPE_SECRET_KEY = double.open_account()
    other = new_process()
    with pytest.raises(GatewayUnavailable):
        other.charge(replace(request, reference=done.reference))
    with pytest.raises(ChargeNotFound):
        other.find_charge(done.reference)
    assert len(double.movements("captured")) == 1


def test_says_nothing_of_secrets_in_what_it_logs(double, gateway):
    with capture_logs() as lines:
        for method in (GOOD, ACTION, DECLINED, "pm_nobodys"):
            gateway.charge(wish(method))
    assert lines
    secrets = [intent.client_secret for intent in double.ledger.intents.values()]
    assert len(secrets) == 4
    assert not [one for one in [*secrets, double.client_key] if one in str(lines)]


def test_has_the_package_of_stripe_keep_quiet():
    """It would log whole requests and answers for whoever sets the level of everything."""
    assert installed.LOGGING["loggers"]["stripe"]["level"] == "WARNING"
    assert logging.getLogger("stripe").level == logging.WARNING


# --- not Stripe at all ----------------------------------------------------------------------------


class Elsewhere(BaseHTTPRequestHandler):
    """A captive portal, a broken proxy: it answers everything with the same."""

    body: ClassVar[bytes] = b""

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def elsewhere(body: bytes) -> Iterator[str]:
    Elsewhere.body = body
    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Please log in</html>",
        b"{}",
        b"[]",
        b"null",
        b'{"id": "pi_1"}',
        b'{"id": "pi_1", "object": "payment_intent", "status": "on_the_moon"}',
        b'{"error": "no"}',
        b'{"object": "payment_intent"}',
        b"\xff",
    ],
)
def test_takes_no_strangers_word_for_it(settings, double, body):
    with elsewhere(body) as url:
        settings.STRIPE_API_BASE = url
        stranger = new_process()
        for call in (
            lambda: stranger.charge(wish(GOOD)),
            lambda: stranger.withdraw(wish(GOOD)),
            lambda: stranger.find_charge("pi_1"),
            lambda: stranger.find_refund("re_1"),
            lambda: stranger.capture("pi_1", amount=euros("1.00"), idempotency_key="c"),
            lambda: stranger.refund(
                charge_reference="pi_1",
                amount=euros("1.00"),
                idempotency_key="r",
                metadata={"refund": "x"},
            ),
        ):
            with pytest.raises(GatewayUnavailable):
                call()


def test_nobody_there_is_no_answer(settings, double):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(GatewayUnavailable):
        new_process().charge(wish(GOOD))


def test_the_end_of_the_task_that_asks_is_no_silence(gateway, monkeypatch):
    asked = []

    def interrupted(*args: Any, **options: Any) -> None:
        asked.append(args)
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(requests.Session, "request", interrupted)
    with pytest.raises(SoftTimeLimitExceeded):
        gateway.charge(wish(GOOD))
    assert len(asked) == 1
