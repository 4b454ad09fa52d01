"""Who asks, for what, and in which words."""

import base64
import json
import urllib.request
from urllib.error import HTTPError

import pytest
import stripe

from tests.stripe_double.conftest import client_of, payment


def test_refuses_a_key_it_does_not_know(double):
    with pytest.raises(stripe.AuthenticationError) as refused:
        client_of(double, key="sk_live_somebody_else").v1.payment_intents.list()
    assert refused.value.http_status == 401
    assert "sk_live_" in str(refused.value)
    assert "somebody" not in str(refused.value)


def test_takes_the_key_as_a_user_name_too(double):
    request = urllib.request.Request(f"{double.url}/v1/payment_intents")
    request.add_header("Authorization", "Basic " + base64.b64encode(b"sk_test_double:").decode())
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["data"] == []


def test_asks_for_a_key(double):
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(f"{double.url}/v1/payment_intents")
    with refused.value as answer:
        assert answer.code == 401
        assert "You did not provide an API key" in json.load(answer)["error"]["message"]


def test_knows_no_other_address(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.raw_request("get", "/v1/customers")
    assert refused.value.http_status == 404


def test_writes_down_which_version_was_spoken(double):
    client = stripe.StripeClient(
        double.client_key,
        base_addresses={"api": double.url},
        stripe_version="2025-03-31.basil",
    )
    answer = client.v1.payment_intents.list().last_response
    assert double.requests[-1].stripe_version == "2025-03-31.basil"
    assert answer.headers["Stripe-Version"] == "2025-03-31.basil"
    assert answer.request_id.startswith("req_")


def test_speaks_the_version_of_the_installed_client(double, client):
    client.v1.payment_intents.list()
    assert double.requests[-1].stripe_version == double.ledger.events.api_version


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"amout": 5}, "parameter_unknown", "amout"),
        ({"automatic_payment_methods": {"enabled": True, "x": 1}}, "parameter_unknown", None),
        ({"amount": None}, "parameter_missing", "amount"),
        ({"currency": None}, "parameter_missing", "currency"),
        ({"amount": "19.99"}, "parameter_invalid_integer", "amount"),
        ({"amount": 0}, "parameter_invalid_integer", "amount"),
        ({"amount": 49}, "amount_too_small", "amount"),
        ({"amount": 100_000_000}, "amount_too_large", "amount"),
        ({"currency": "EUR"}, None, "currency"),
        ({"currency": ""}, "parameter_invalid_empty", "currency"),
        ({"capture_method": "later"}, None, "capture_method"),
        ({"confirm": "yes"}, None, "confirm"),
        ({"payment_method": "pm_made_up"}, "resource_missing", "payment_method"),
        ({"payment_method": "pm_success_de", "currency": "chf"}, None, "payment_method"),
        ({"payment_method_types": ["card"]}, None, "automatic_payment_methods"),
        ({"metadata": {"k" * 41: "v"}}, None, "metadata"),
        ({"metadata": {"k": "v" * 501}}, None, "metadata"),
        ({"expand": ["latest_charge.moon"]}, None, "expand"),
        ({"customer": "cus_1"}, "double_not_modelled", "customer"),
    ],
)
def test_refuses_what_stripe_refuses(double, client, params, code, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(payment(**params))
    assert refused.value.http_status == 400
    assert refused.value.code == code
    assert param in {None, refused.value.param}
    assert double.ledger.intents == {}


def test_names_every_unknown_parameter(client):
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameters: one, two"):
        client.v1.payment_intents.create(payment(one=1, two=2))


def test_reads_nested_forms(client, pay):
    intent = pay(
        metadata={"order": "7", "note": "a&b=[c]"}, expand=["latest_charge.payment_intent"]
    )
    assert intent.metadata.to_dict() == {"order": "7", "note": "a&b=[c]"}
    assert intent.latest_charge.payment_intent.id == intent.id


def test_needs_a_way_back_where_methods_may_redirect(client):
    given = payment()
    del given["automatic_payment_methods"]
    with pytest.raises(stripe.InvalidRequestError, match="you must provide a `return_url`"):
        client.v1.payment_intents.create(given)
    client.v1.payment_intents.create(given | {"return_url": "https://shop.example/back"})


def test_takes_a_way_back_only_with_a_confirmation(client):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create(
            {"amount": 1999, "currency": "eur", "return_url": "https://shop.example/back"}
        )
    assert refused.value.param == "return_url"
