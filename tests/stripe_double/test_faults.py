"""What goes wrong before the effect, after it, and for a while."""

import time

import pytest
import stripe

from tests.stripe_double.conftest import client_of, payment

KEY = {"idempotency_key": "payment-7"}


@pytest.mark.parametrize(
    ("kind", "done"),
    [("reset_before", False), ("hang_before", False), ("reset_after", True), ("hang_after", True)],
)
def test_loses_the_answer_before_or_after_the_effect(double, kind, done):
    double.fault(kind, "payment_intents.create", seconds=0.5)
    with pytest.raises(stripe.APIConnectionError):
        client_of(double, timeout=0.2).v1.payment_intents.create(payment(), KEY)
    assert double.captured_total() == (1999 if done else 0)
    intent = client_of(double).v1.payment_intents.create(payment(), KEY)
    assert intent.status == "succeeded"
    assert ("Idempotent-Replayed" in intent.last_response.headers) is done
    assert double.captured_total() == 1999
    assert double.executions("payment-7") == 1


def test_does_it_after_the_client_has_given_up(double):
    double.fault("slow", seconds=1)
    with pytest.raises(stripe.APIConnectionError):
        client_of(double, timeout=0.1).v1.payment_intents.create(payment(), KEY)
    assert double.captured_total() == 0
    with pytest.raises(stripe.APIError) as refused:
        client_of(double).v1.payment_intents.create(payment(), KEY)
    assert refused.value.error.code == "idempotency_key_in_use"
    deadline = time.monotonic() + 5
    while not double.captured_total() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert double.captured_total() == 1999


@pytest.mark.parametrize(
    ("kind", "kept", "charged", "later"),
    [
        ("error_before", False, 0, "succeeded"),
        ("error_before", True, 0, 500),
        ("error_after", False, 1999, "succeeded"),
        ("error_after", True, 1999, 500),
    ],
)
def test_answers_500_and_remembers_it_if_stripe_made_it(double, client, kind, kept, charged, later):
    double.fault(kind, kept=kept)
    with pytest.raises(stripe.APIError) as failed:
        client.v1.payment_intents.create(payment(), KEY)
    assert (failed.value.http_status, failed.value.error.type) == (500, "api_error")
    assert double.captured_total() == charged
    assert _status(client) == later
    assert double.requests[-1].replayed is (kept or charged > 0)
    assert double.captured_total() == (0 if kept and not charged else 1999)


def _status(client):
    try:
        return client.v1.payment_intents.create(payment(), KEY).status
    except stripe.APIError as failed:
        return failed.http_status


@pytest.mark.parametrize(
    ("kind", "more", "status", "code"),
    [
        ("rate_limit", {}, 429, "rate_limit"),
        ("lock_timeout", {}, 429, "lock_timeout"),
        ("lock_timeout", {"status": 409}, 409, "lock_timeout"),
        ("error_before", {"status": 503}, 503, None),
    ],
)
def test_is_too_busy_for_a_while(double, client, kind, more, status, code):
    double.fault(kind, times=2, **more)
    for _ in range(2):
        with pytest.raises(stripe.StripeError) as refused:
            client.v1.payment_intents.create(payment(), KEY)
        assert (refused.value.http_status, refused.value.error.code) == (status, code)
        assert double.captured_total() == 0
    assert client.v1.payment_intents.create(payment(), KEY).status == "succeeded"


def test_is_tried_again_by_a_client_that_tries_again(double):
    client = stripe.StripeClient(
        double.client_key, base_addresses={"api": double.url}, max_network_retries=2
    )
    double.fault("error_after", kept=False)
    assert client.v1.payment_intents.create(payment()).status == "succeeded"
    assert [one.status for one in double.requests] == [500, 200]
    assert double.captured_total() == 1999


def test_strikes_only_where_it_is_sent(double, client, pay):
    double.fault("error_before", "refunds.*", skip=1, times=0)
    intent = pay()
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
    for _ in range(3):
        with pytest.raises(stripe.APIError):
            client.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
    double.clear_faults()
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
    assert double.refunded_total() == 2


def test_knows_its_faults_by_name(double):
    with pytest.raises(ValueError, match="no such fault"):
        double.fault("typo")


def test_delays_nobody_else(double):
    double.fault("hang_after", "payment_intents.create", seconds=30)
    with pytest.raises(stripe.APIConnectionError):
        client_of(double, timeout=0.1).v1.payment_intents.create(payment())
    began = time.monotonic()
    client_of(double).v1.payment_intents.list()
    assert time.monotonic() - began < 10
