"""The double in a process of its own, and the bank in a browser."""

import json
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pytest
import stripe

from tests.stripe_double.conftest import payment

ROOT = Path(__file__).resolve().parents[2]


def turn(url, knob, /, **arguments):
    body = json.dumps(arguments).encode()
    with urllib.request.urlopen(f"{url}/_double/{knob}", body) as answer:
        return json.load(answer)


def ask(url, view, /, **which):
    query = urllib.parse.urlencode(which)
    with urllib.request.urlopen(f"{url}/_double/{view}?{query}") as answer:
        return json.load(answer)


def test_runs_as_a_process_with_its_knobs_over_http(listener):
    command = [sys.executable, "-m", "tests.stripe_double", "--webhook-url", listener.url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            where = json.loads(process.stdout.readline())
            url = where["url"]
            client = stripe.StripeClient(
                where["client_key"], base_addresses={"api": url}, max_network_retries=1
            )
            turn(url, "endpoint", url=listener.url, secrets=["whsec_a", "whsec_b"])
            turn(url, "webhooks", only=["payment_intent.succeeded"], copies=2)
            turn(url, "fault", kind="reset_after", route="payment_intents.create")
            intent = client.v1.payment_intents.create(
                payment("pm_card_authenticationRequired", metadata={"order": "7"}),
                {"idempotency_key": "k"},
            )
            assert ask(url, "executions", key="k") == {"executions": 1}
            turn(url, "authenticate", intent=intent.id)
            turn(url, "wait_until_quiet")
            assert len(listener.letters) == 2
            assert listener.letters[0].headers["stripe-signature"].count("v1=") == 2
            assert ask(url, "totals", order="7") == {"captured": 1999, "refunded": 0}
            assert [one["kind"] for one in ask(url, "movements")] == ["captured"]
            assert len(ask(url, "deliveries")) == 2
            assert len(ask(url, "requests")) == 2
            assert ask(url, "intent", name=intent.id)["status"] == "succeeded"
        finally:
            process.terminate()
        assert process.wait(timeout=5) == 0


@pytest.mark.parametrize(
    ("name", "arguments", "status"),
    [
        ("moon", {}, 404),
        ("fault", {"kind": "typo"}, 400),
        ("authenticate", {"intent": "pi_nobody"}, 400),
        ("pay", {"wrong": 1}, 400),
    ],
)
def test_says_what_it_did_not_understand(double, name, arguments, status):
    with pytest.raises(HTTPError) as refused:
        turn(double.url, name, **arguments)
    with refused.value as answer:
        assert answer.code == status
        assert "error" in json.load(answer)


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


@pytest.mark.parametrize(
    ("button", "outcome", "status"),
    [("true", "succeeded", "succeeded"), ("false", "failed", "requires_payment_method")],
)
def test_authenticates_in_the_browser_and_leads_back(double, pay, button, outcome, status):
    intent = pay("pm_card_threeDSecure2Required", return_url="http://shop.example/back?order=7")
    page = intent.next_action.redirect_to_url.url
    with urllib.request.urlopen(page) as answer:
        assert "test-source-authorize-3ds" in answer.read().decode()
    with pytest.raises(HTTPError) as led:
        urllib.request.build_opener(_StayHere).open(page, f"succeed={button}".encode())
    with led.value as answer:
        assert answer.code == 303
        back = urllib.parse.urlsplit(answer.headers["Location"])
    assert dict(urllib.parse.parse_qsl(back.query)) == {
        "order": "7",
        "payment_intent": intent.id,
        "payment_intent_client_secret": intent.client_secret,
        "redirect_status": outcome,
    }
    assert double.intent(intent.id)["status"] == status


def test_shows_the_page_of_the_bank_to_nobody_else(double, pay):
    intent = pay("pm_card_threeDSecure2Required")
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(f"{double.url}/3d_secure/{intent.id}?client_secret=guess", b"")
    with refused.value as answer:
        assert answer.code == 404
    assert double.intent(intent.id)["status"] == "requires_action"
