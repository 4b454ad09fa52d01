"""One key, one execution: Stripe's API v1, to the letter."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from tests.stripe_double.conftest import client_of, payment

KEY = {"idempotency_key": "payment-7"}


def test_replays_what_was_answered(double, client):
    first = client.v1.payment_intents.create(payment(), KEY)
    again = client.v1.payment_intents.create(payment(), KEY)
    assert again.id == first.id
    headers = again.last_response.headers
    assert headers["Idempotent-Replayed"] == "true"
    assert headers["Idempotency-Key"] == "payment-7"
    assert headers["Original-Request"] == first.last_response.request_id
    assert headers["Request-Id"] != first.last_response.request_id
    assert again.last_response.body == first.last_response.body
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert [one.replayed for one in double.requests] == [False, True]
    assert double.executions("payment-7") == 1
    assert double.captured_total() == 1999


def test_replays_a_decline_too(double, client):
    for _ in range(2):
        with pytest.raises(stripe.CardError) as declined:
            client.v1.payment_intents.create(payment("pm_card_chargeDeclined"), KEY)
    assert declined.value.headers["Idempotent-Replayed"] == "true"
    assert len(double.ledger.intents) == 1
    assert double.executions("payment-7") == 1


def test_replays_a_state_that_is_long_gone(double, client):
    intent = client.v1.payment_intents.create(payment("pm_card_authenticationRequired"), KEY)
    double.authenticate(intent.id)
    assert (
        client.v1.payment_intents.create(payment("pm_card_authenticationRequired"), KEY) == intent
    )
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_refuses_other_parameters(double, client):
    client.v1.payment_intents.create(payment(), KEY)
    with pytest.raises(stripe.IdempotencyError) as refused:
        client.v1.payment_intents.create(payment(amount=2000), KEY)
    assert refused.value.http_status == 400
    assert refused.value.error.type == "idempotency_error"
    assert "same parameters" in str(refused.value)
    assert double.captured_total() == 1999


def test_refuses_another_endpoint(client):
    intent = client.v1.payment_intents.create(payment(), KEY)
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.refunds.create({"payment_intent": intent.id}, KEY)


def test_does_not_remember_what_never_began(double, client):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create(payment(amout=5), KEY)
    assert client.v1.payment_intents.create(payment(), KEY).status == "succeeded"
    assert double.executions("payment-7") == 1


def test_says_that_a_key_is_in_use(double):
    double.fault("slow", "payment_intents.create", seconds=1)

    def pay(_):
        try:
            return client_of(double).v1.payment_intents.create(payment(), KEY).status
        except stripe.APIError as refused:
            return refused.http_status, refused.error.code, refused.headers["Stripe-Should-Retry"]

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(pay, range(4)))
    assert outcomes.count("succeeded") == 1
    assert outcomes.count((409, "idempotency_key_in_use", "true")) == 3
    assert double.executions("payment-7") == 1
    assert double.captured_total() == 1999


def test_charges_once_however_many_ask_at_once(double):
    clients = [client_of(double) for _ in range(8)]

    def pay(client):
        try:
            return client.v1.payment_intents.create(payment(), KEY).id
        except stripe.APIError as refused:
            return refused.error.code

    with ThreadPoolExecutor(8) as threads:
        outcomes = set(threads.map(pay, clients)) - {"idempotency_key_in_use"}
    assert len(outcomes) == 1
    assert double.captured_total() == 1999


def test_belongs_to_one_account(double, client):
    client.v1.payment_intents.create(payment(), KEY)
    other = client_of(double, key=double.open_account())
    intent = other.v1.payment_intents.create(payment(), KEY)
    assert "Idempotent-Replayed" not in intent.last_response.headers
    assert double.captured_total() == 1999


def test_may_be_forgotten_after_a_day(double, client):
    client.v1.payment_intents.create(payment(), KEY)
    double.forget_keys()
    client.v1.payment_intents.create(payment(), KEY)
    assert double.captured_total() == 3998
    assert double.executions("payment-7") == 2


def test_means_nothing_when_reading(double, client):
    intent = client.v1.payment_intents.create(payment("pm_card_authenticationRequired"))
    client.v1.payment_intents.retrieve(intent.id, options=KEY)
    double.authenticate(intent.id)
    assert client.v1.payment_intents.retrieve(intent.id, options=KEY).status == "succeeded"


def test_cannot_be_longer_than_255_characters(client):
    with pytest.raises(stripe.InvalidRequestError, match="255"):
        client.v1.payment_intents.create(payment(), {"idempotency_key": "k" * 256})
