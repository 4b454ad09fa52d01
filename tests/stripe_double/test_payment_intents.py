"""The life of a payment, in Stripe's own words."""

import pytest
import stripe

from tests.stripe_double.conftest import payment


def kinds(double):
    return [event["type"] for event in double.events()]


def test_takes_the_money_at_once(double, pay):
    intent = pay(metadata={"order": "7"}, expand=["latest_charge"])
    assert (intent.status, intent.amount_received, intent.livemode) == ("succeeded", 1999, False)
    assert intent.client_secret.startswith(f"{intent.id}_secret_")
    charge = intent.latest_charge
    assert (charge.status, charge.amount_captured, charge.captured) == ("succeeded", 1999, True)
    assert charge.metadata.to_dict() == {"order": "7"}
    assert kinds(double) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]


def test_goes_step_by_step(client):
    intent = client.v1.payment_intents.create({"amount": 1999, "currency": "eur"})
    assert intent.status == "requires_payment_method"
    assert intent.automatic_payment_methods.allow_redirects == "always"
    assert intent.capture_method == "automatic_async"
    intent = client.v1.payment_intents.update(
        intent.id, {"payment_method": "pm_card_visa", "metadata": {"order": "7"}}
    )
    assert intent.status == "requires_confirmation"
    intent = client.v1.payment_intents.confirm(
        intent.id, {"return_url": "https://shop.example/back"}
    )
    assert intent.status == "succeeded"
    assert client.v1.payment_intents.retrieve(intent.id) == intent


def test_cannot_be_confirmed_without_a_payment_method(client):
    intent = client.v1.payment_intents.create({"amount": 1999, "currency": "eur"})
    with pytest.raises(stripe.InvalidRequestError, match="missing a payment method") as refused:
        client.v1.payment_intents.confirm(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"


@pytest.mark.parametrize(
    ("method", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
    ],
)
def test_declines_with_the_intent_in_the_error(double, pay, method, code, decline_code):
    with pytest.raises(stripe.CardError) as declined:
        pay(method)
    error = declined.value.error
    assert declined.value.http_status == 402
    assert (error.type, error.code, error.decline_code) == ("card_error", code, decline_code)
    intent = error.payment_intent
    assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
    assert intent.last_payment_error.decline_code == decline_code
    assert intent.latest_charge == error.charge
    assert kinds(double)[-1] == "payment_intent.payment_failed"
    assert double.captured_total() == 0


def test_can_be_paid_with_another_card_after_a_decline(double, client, pay):
    with pytest.raises(stripe.CardError) as declined:
        pay("pm_card_chargeDeclined")
    name = declined.value.error.payment_intent.id
    intent = client.v1.payment_intents.confirm(name, {"payment_method": "pm_card_mastercard"})
    assert (intent.status, intent.last_payment_error) == ("succeeded", None)
    assert double.captured_total(intent=name) == 1999
    assert len(client.v1.charges.list({"payment_intent": name}).data) == 2


@pytest.mark.parametrize(
    ("method", "succeed", "status", "code"),
    [
        ("pm_card_authenticationRequired", True, "succeeded", None),
        ("pm_card_threeDSecure2Required", True, "succeeded", None),
        (
            "pm_card_threeDSecure2Required",
            False,
            "requires_payment_method",
            "payment_intent_authentication_failure",
        ),
        (
            "pm_card_threeDSecureRequiredChargeDeclined",
            True,
            "requires_payment_method",
            "card_declined",
        ),
    ],
)
def test_waits_for_the_shopper_to_authenticate(double, client, pay, method, succeed, status, code):
    intent = pay(method)
    assert intent.status == "requires_action"
    assert intent.next_action.type == "use_stripe_sdk"
    assert kinds(double)[-1] == "payment_intent.requires_action"
    assert double.captured_total() == 0
    double.authenticate(intent.id, succeed=succeed)
    intent = client.v1.payment_intents.retrieve(intent.id)
    assert (intent.status, intent.next_action) == (status, None)
    assert (intent.last_payment_error and intent.last_payment_error.code) == code
    assert double.captured_total() == (1999 if status == "succeeded" else 0)


def test_sends_the_shopper_to_the_bank_and_back(pay):
    intent = pay("pm_card_threeDSecure2Required", return_url="https://shop.example/back?order=7")
    step = intent.next_action.redirect_to_url
    assert intent.next_action.type == "redirect_to_url"
    assert step.return_url == "https://shop.example/back?order=7"
    assert "/3d_secure/" in step.url


@pytest.mark.parametrize(
    ("more", "decline_code"),
    [
        ({"error_on_requires_action": True}, "authentication_not_handled"),
        ({"off_session": True}, "authentication_required"),
    ],
)
def test_declines_where_nobody_can_authenticate(pay, more, decline_code):
    with pytest.raises(stripe.CardError) as declined:
        pay("pm_card_authenticationRequired", **more)
    assert declined.value.code == "authentication_required"
    assert declined.value.error.decline_code == decline_code


def test_sets_money_aside_and_takes_it_later(double, client, pay):
    intent = pay(capture_method="manual")
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 1999)
    assert kinds(double)[-1] == "payment_intent.amount_capturable_updated"
    assert double.captured_total() == 0
    intent = client.v1.payment_intents.capture(intent.id)
    assert (intent.status, intent.amount_received, intent.amount_capturable) == (
        "succeeded",
        1999,
        0,
    )
    assert double.captured_total() == 1999


def test_lets_go_of_what_is_not_captured(double, client, pay):
    intent = pay(capture_method="manual")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 2000})
    assert refused.value.code == "amount_too_large"
    intent = client.v1.payment_intents.capture(
        intent.id, {"amount_to_capture": 1500, "expand": ["latest_charge"]}
    )
    assert (intent.amount, intent.amount_received) == (1999, 1500)
    assert intent.latest_charge.amount_refunded == 499
    assert [(one.kind, one.amount) for one in double.movements()] == [
        ("authorized", 1999),
        ("captured", 1500),
        ("released", 499),
    ]
    assert double.refunded_total() == 0


def test_gives_up_what_was_set_aside(double, client, pay):
    intent = pay(capture_method="manual")
    intent = client.v1.payment_intents.cancel(
        intent.id, {"cancellation_reason": "requested_by_customer"}
    )
    assert (intent.status, intent.cancellation_reason) == ("canceled", "requested_by_customer")
    assert (intent.amount_capturable, intent.canceled_at > 0) == (0, True)
    assert kinds(double)[-2:] == ["charge.refunded", "payment_intent.canceled"]
    assert [one.kind for one in double.movements()] == ["authorized", "released"]


@pytest.mark.parametrize("act", ["confirm", "capture", "cancel"])
@pytest.mark.parametrize("state", ["succeeded", "canceled", "processing"])
def test_says_in_which_state_it_is_too_late(double, client, pay, act, state):
    method = "pm_double_cardProcessing" if state == "processing" else "pm_card_visa"
    intent = pay(method, capture_method="manual" if state == "canceled" else "automatic")
    if state == "canceled":
        client.v1.payment_intents.cancel(intent.id)
    told = kinds(double)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        getattr(client.v1.payment_intents, act)(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"
    assert refused.value.error.payment_intent.status == state
    assert kinds(double) == told


@pytest.mark.parametrize(
    ("method", "succeed", "status"),
    [
        ("pm_double_cardProcessing", None, "succeeded"),
        ("pm_double_cardProcessing", False, "requires_payment_method"),
        ("pm_double_cardProcessingThenDeclined", None, "requires_payment_method"),
        ("pm_success_de", None, "succeeded"),
        ("pm_failed_de", None, "requires_payment_method"),
    ],
)
def test_does_not_know_at_once(double, pay, method, succeed, status):
    intent = pay(method, mandate_data={"customer_acceptance": {"type": "offline"}})
    assert intent.status == "processing"
    assert kinds(double)[-1] == "payment_intent.processing"
    assert double.settle(intent.id, succeed=succeed)["status"] == status
    assert double.captured_total() == (1999 if status == "succeeded" else 0)


def test_asks_for_a_mandate_to_debit_a_bank_account(pay):
    with pytest.raises(stripe.InvalidRequestError, match="requires a mandate"):
        pay("pm_success_de")


def test_can_stop_a_bank_debit_in_time(double, client, pay):
    mandate = {"customer_acceptance": {"type": "offline"}}
    intent = pay("pm_usBankAccount_processing", currency="usd", mandate_data=mandate)
    assert client.v1.payment_intents.cancel(intent.id).status == "canceled"
    assert double.captured_total() == 0


def test_lets_the_shopper_choose_in_the_browser(double, client):
    intent = client.v1.payment_intents.create({"amount": 1999, "currency": "eur"})
    double.pay(intent.id, "pm_card_visa_chargeDeclined")
    assert double.intent(intent.id)["last_payment_error"]["code"] == "card_declined"
    double.pay(intent.id)
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert double.event("payment_intent.succeeded")["request"]["id"] is None


def test_lists_newest_first_and_page_by_page(client, pay):
    first, second, third = (pay().id for _ in range(3))
    page = client.v1.payment_intents.list({"limit": 2})
    assert ([one.id for one in page.data], page.has_more) == ([third, second], True)
    assert [one.id for one in page.auto_paging_iter()] == [third, second, first]
    rest = client.v1.payment_intents.list({"starting_after": second})
    assert ([one.id for one in rest.data], rest.has_more) == ([first], False)


def test_is_found_by_what_its_metadata_say(client, pay):
    intent = pay(metadata={"order": "7"})
    pay(metadata={"order": "8"})
    found = client.v1.payment_intents.search(
        {"query": "metadata['order']:'7' AND status:'succeeded'"}
    )
    assert [one.id for one in found.data] == [intent.id]


def test_does_not_show_the_payments_of_another_account(double, client, pay):
    intent = pay()
    other = stripe.StripeClient(double.open_account(), base_addresses={"api": double.url})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        other.v1.payment_intents.retrieve(intent.id)
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


def test_forgets_metadata_that_are_emptied(client, pay):
    intent = pay(metadata={"order": "7", "store": "1"})
    intent = client.v1.payment_intents.update(intent.id, {"metadata": {"store": ""}})
    assert intent.metadata.to_dict() == {"order": "7"}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.update(intent.id, {"amount": 500})
    assert client.v1.payment_intents.retrieve(intent.id).amount == 1999


def test_leaves_nothing_behind_when_it_was_asked_wrongly(double, client):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create(payment("pm_success_de"))
    assert double.ledger.intents == {}
    assert double.events() == []
