"""Events: told, signed, and everything that may befall them on their way."""

import json
import time

import pytest
import stripe

from tests.stripe_double import stripe_double
from tests.stripe_double.conftest import client_of, payment

SECRET = "whsec_double"


def pay(double, **more):
    return client_of(double).v1.payment_intents.create(payment(**more))


def kinds(listener):
    return [json.loads(letter.body)["type"] for letter in listener.letters]


def read(letter, secret=SECRET, tolerance=300):
    return stripe.Webhook.construct_event(
        letter.body, letter.headers["stripe-signature"], secret, tolerance
    )


def test_tells_what_happened_signed_and_in_order(telling, listener):
    intent = pay(telling, metadata={"order": "7"})
    telling.webhooks.wait_until_quiet()
    assert kinds(listener) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]
    event = read(listener.letters[-1])
    assert event.id.startswith("evt_")
    assert (event.object, event.livemode) == ("event", False)
    assert event.api_version == stripe.api_version
    assert event.request.id == intent.last_response.request_id
    assert event.data.object.id == intent.id
    assert event.data.object.metadata.to_dict() == {"order": "7"}
    assert [one.status for one in telling.deliveries] == [200, 200, 200]


def test_shows_the_object_as_it_was_then(telling, listener):
    intent = pay(telling, capture_method="manual")
    client_of(telling).v1.payment_intents.capture(intent.id)
    telling.webhooks.wait_until_quiet()
    shown = [json.loads(one.body) for one in listener.letters]
    assert {one["type"]: one["data"]["object"]["status"] for one in shown} == {
        "payment_intent.created": "requires_confirmation",
        "charge.succeeded": "succeeded",
        "payment_intent.amount_capturable_updated": "requires_capture",
        "charge.captured": "succeeded",
        "payment_intent.succeeded": "succeeded",
    }


def test_lists_and_shows_events(double, client):
    intent = pay(double)
    [event] = client.v1.events.list({"type": "payment_intent.succeeded"}).data
    assert client.v1.events.retrieve(event.id) == event
    assert event.data.object.id == intent.id
    assert [one.type for one in client.v1.events.list({"types": ["charge.*"]}).data] == [
        "charge.succeeded"
    ]
    newest = client.v1.events.list({"limit": 1, "created": {"gte": intent.created}})
    assert ([one.type for one in newest.data], newest.has_more) == (
        ["payment_intent.succeeded"],
        True,
    )
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.events.retrieve("evt_nobody")


def test_signs_with_every_secret_while_they_change(telling, listener):
    telling.webhooks.secrets = ("whsec_old", "whsec_new")
    telling.webhooks.turn(only=("payment_intent.succeeded",))
    pay(telling)
    telling.webhooks.wait_until_quiet()
    [letter] = listener.letters
    assert letter.headers["stripe-signature"].count("v1=") == 2
    assert read(letter, "whsec_old").id == read(letter, "whsec_new").id
    with pytest.raises(stripe.SignatureVerificationError):
        read(letter, "whsec_other")


@pytest.mark.parametrize("knob", [{"wrong_signature": True}, {"age": 301}])
def test_signs_wrongly_or_too_long_ago(telling, listener, knob):
    telling.webhooks.turn(only=("payment_intent.succeeded",), **knob)
    pay(telling)
    telling.webhooks.wait_until_quiet()
    with pytest.raises(stripe.SignatureVerificationError):
        read(listener.letters[0])
    if "age" in knob:
        assert read(listener.letters[0], tolerance=600)


def test_sends_twice(telling, listener):
    telling.webhooks.turn(only=("payment_intent.succeeded",), copies=2)
    pay(telling)
    telling.webhooks.wait_until_quiet()
    assert len({read(letter).id for letter in listener.letters}) == 1
    assert len(listener.letters) == 2
    telling.send_again(read(listener.letters[0]).id, copies=3)
    telling.webhooks.wait_until_quiet()
    assert len(listener.letters) == 5


def test_sends_last_first(telling, listener):
    telling.webhooks.turn(reorder_window=0.3)
    pay(telling)
    telling.webhooks.wait_until_quiet()
    assert kinds(listener) == [
        "payment_intent.succeeded",
        "charge.succeeded",
        "payment_intent.created",
    ]


def test_holds_until_it_is_told_to_let_go(telling, listener):
    telling.webhooks.turn(hold=True)
    pay(telling)
    telling.webhooks.wait_until_quiet()
    assert listener.letters == []
    assert telling.webhooks.release(backwards=True) == 3
    telling.webhooks.wait_until_quiet()
    assert kinds(listener)[0] == "payment_intent.succeeded"
    assert telling.webhooks.release() == 0


def test_loses_some_and_delays_the_others(telling, listener):
    telling.webhooks.turn(drop=("payment_intent.succeeded",), delay=0.2)
    began = time.monotonic()
    pay(telling)
    telling.webhooks.wait_until_quiet()
    assert time.monotonic() - began >= 0.2
    assert kinds(listener) == ["payment_intent.created", "charge.succeeded"]
    assert telling.event("payment_intent.succeeded")["pending_webhooks"] == 1


def test_tries_again_until_it_is_taken(telling, listener):
    listener.answers = [500, 404, 200]
    telling.webhooks.turn(only=("payment_intent.succeeded",), retry_after=0.01)
    pay(telling)
    telling.webhooks.wait_until_quiet()
    assert [(one.attempt, one.status) for one in telling.deliveries] == [
        (1, 500),
        (2, 404),
        (3, 200),
    ]
    assert telling.event("payment_intent.succeeded")["pending_webhooks"] == 0


def test_tells_the_shop_by_its_host(telling, listener):
    telling.webhooks.url = f"{listener.url}/stripe?from=double"
    telling.webhooks.headers = {"Host": "shop.example"}
    telling.webhooks.turn(only=("payment_intent.succeeded",))
    pay(telling)
    telling.webhooks.wait_until_quiet()
    [letter] = listener.letters
    assert (letter.path, letter.query) == ("/webhooks/stripe", "from=double")
    assert letter.headers["host"] == "shop.example"


def test_gives_up_after_a_while():
    with stripe_double(webhook_url="http://127.0.0.1:1/nobody") as double:
        double.webhooks.turn(only=("payment_intent.succeeded",), retry_after=0.01)
        assert pay(double).status == "succeeded"
        double.webhooks.wait_until_quiet()
        assert [one.status for one in double.deliveries] == [0, 0, 0]
        assert "ConnectionRefusedError" in double.deliveries[0].error


def test_arrives_before_the_answer(telling, listener):
    telling.fault("hang_after", seconds=30)
    with pytest.raises(stripe.APIConnectionError):
        client_of(telling, timeout=0.3).v1.payment_intents.create(payment())
    telling.webhooks.wait_until_quiet()
    assert telling.requests[-1].status == 0
    assert kinds(listener)[-1] == "payment_intent.succeeded"


def test_can_be_taken_from_its_hands(double):
    pay(double)
    body, headers = double.webhooks.letter(double.event("payment_intent.succeeded"))
    event = stripe.Webhook.construct_event(body, headers["Stripe-Signature"], SECRET)
    assert event.type == "payment_intent.succeeded"


def test_can_be_made_to_say_something_else(telling, listener):
    telling.webhooks.turn(only=("payment_intent.succeeded",))
    intent = pay(telling)
    genuine = telling.event("payment_intent.succeeded")["id"]
    telling.forge(genuine, amount_received=1, livemode=True)
    telling.webhooks.wait_until_quiet()
    forged = read(listener.letters[-1])
    assert (forged.livemode, forged.data.object.amount_received) == (True, 1)
    assert forged.data.object.id == intent.id
    assert forged.id != genuine
