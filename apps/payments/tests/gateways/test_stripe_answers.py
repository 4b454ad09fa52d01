"""What Stripe's objects mean: tables, with nobody asked."""

from decimal import Decimal
from typing import Any

import pytest

from apps.core.money import Money
from apps.payments.gateways import Charge, ChargeOutcome, RefundOutcome
from apps.payments.gateways.stripe_answers import UnreadableAnswer, read_charge, read_refund

SECRET = "pi_1_secret_2"


def intent(status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "amount": 1999,
        "amount_capturable": 0,
        "amount_received": 0,
        "client_secret": SECRET,
        "currency": "eur",
        "last_payment_error": None,
        "livemode": False,
        "metadata": {"payment": "p"},
        "next_action": None,
        "status": status,
    } | more


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("status", "more", "outcome", "amount"),
    [
        ("requires_payment_method", {}, "requires_action", "19.99"),
        ("requires_confirmation", {}, "requires_action", "19.99"),
        ("requires_action", {}, "requires_action", "19.99"),
        ("processing", {}, "processing", "19.99"),
        ("requires_capture", {"amount_capturable": 1999}, "authorized", "19.99"),
        ("succeeded", {"amount_received": 1999}, "captured", "19.99"),
        ("succeeded", {"amount_received": 500}, "captured", "5.00"),
        ("succeeded", {"amount_received": 0}, "captured", "0.00"),
        ("canceled", {}, "canceled", "19.99"),
    ],
)
def test_reads_how_an_intent_stands(status, more, outcome, amount):
    charge = read_charge(intent(status, **more))
    waits = outcome == "requires_action"
    assert charge == Charge(
        reference="pi_1",
        outcome=ChargeOutcome(outcome),
        amount=euros(amount),
        client_secret=SECRET if waits else "",
        metadata={"payment": "p"},
    )


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ({"code": "card_declined", "decline_code": "insufficient_funds"}, "insufficient_funds"),
        ({"code": "expired_card", "decline_code": "expired_card"}, "expired_card"),
        (
            {"code": "payment_intent_authentication_failure"},
            "payment_intent_authentication_failure",
        ),
        ({"type": "api_error"}, ""),
        (None, ""),
        ({"code": "x" * 200}, "x" * 100),
    ],
)
def test_says_why_the_payer_has_to_act_again(error, code):
    charge = read_charge(intent("requires_payment_method", last_payment_error=error))
    assert (charge.outcome, charge.failure_code) == (ChargeOutcome.REQUIRES_ACTION, code)


@pytest.mark.parametrize("status", ["processing", "succeeded", "requires_capture", "canceled"])
def test_an_attempt_that_failed_before_is_forgotten_by_what_came_after(status):
    error = {"code": "card_declined"}
    charge = read_charge(intent(status, last_payment_error=error, amount_capturable=1))
    assert charge.failure_code == ""


def test_an_intent_that_we_gave_up_for_a_refusal_has_failed():
    given_up = intent("canceled", metadata={"payment": "p", "refused": "insufficient_funds"})
    charge = read_charge(given_up)
    assert (charge.outcome, charge.failure_code) == (ChargeOutcome.FAILED, "insufficient_funds")


def test_money_that_came_in_spite_of_a_refusal_is_there():
    charge = read_charge(intent("succeeded", amount_received=1999, metadata={"refused": "x"}))
    assert (charge.outcome, charge.failure_code) == (ChargeOutcome.CAPTURED, "")


@pytest.mark.parametrize(
    ("action", "url"),
    [
        (None, ""),
        ({"type": "use_stripe_sdk", "use_stripe_sdk": {}}, ""),
        ({"type": "redirect_to_url", "redirect_to_url": {"url": "https://b.example"}}, "https://b.example"),
        ({"type": "redirect_to_url", "redirect_to_url": {"url": None}}, ""),
        ({"type": "redirect_to_url", "redirect_to_url": None}, ""),
    ],
)  # fmt: skip
def test_says_where_the_payer_goes(action, url):
    assert read_charge(intent("requires_action", next_action=action)).redirect_url == url


def test_says_whether_the_money_is_real():
    assert read_charge(intent("succeeded", livemode=True)).livemode is True
    assert read_charge(intent("succeeded", livemode=False)).livemode is False


def test_reads_a_currency_without_decimals():
    charge = read_charge(intent("succeeded", amount_received=500, currency="jpy"))
    assert charge.amount == Money(Decimal(500), "JPY")


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "on_the_moon"},
        {"status": None},
        {"status": []},
        {"id": 7},
        {"id": None},
        {"amount_received": "1999"},
        {"amount_received": 19.99},
        {"amount_received": True},
        {"currency": None},
        {"metadata": ["p"]},
        {"metadata": {"payment": 1}},
        {"client_secret": 7, "status": "requires_action"},
        {"next_action": "jump", "status": "requires_action"},
        {"last_payment_error": "no", "status": "requires_action"},
    ],
    ids=str,
)
def test_refuses_what_is_no_intent(wrong):
    with pytest.raises(UnreadableAnswer):
        read_charge(intent("succeeded") | wrong)


@pytest.mark.parametrize("missing", ["id", "status", "amount_received", "currency", "livemode"])
def test_refuses_an_intent_that_lacks_something(missing):
    told = intent("succeeded")
    del told[missing]
    with pytest.raises(UnreadableAnswer):
        read_charge(told)


def test_keeps_the_secret_out_of_logs():
    assert SECRET not in repr(read_charge(intent("requires_action")))


def refund(status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 999,
        "currency": "eur",
        "metadata": {"refund": "r"},
        "payment_intent": "pi_1",
        "status": status,
    } | more


@pytest.mark.parametrize(
    ("status", "more", "outcome", "code"),
    [
        ("pending", {}, "pending", ""),
        ("requires_action", {}, "pending", ""),
        ("succeeded", {}, "succeeded", ""),
        ("failed", {"failure_reason": "lost_or_stolen_card"}, "failed", "lost_or_stolen_card"),
        ("failed", {}, "failed", "failed"),
        ("canceled", {}, "failed", "canceled"),
    ],
)
def test_reads_how_a_refund_stands(status, more, outcome, code):
    answer = read_refund(refund(status, **more))
    assert (answer.outcome, answer.failure_code) == (RefundOutcome(outcome), code)
    assert (answer.reference, answer.charge_reference) == ("re_1", "pi_1")
    assert (answer.amount, answer.metadata) == (euros("9.99"), {"refund": "r"})


@pytest.mark.parametrize(
    ("related", "reference"), [({"id": "pi_2"}, "pi_2"), (None, ""), ("pi_3", "pi_3")]
)
def test_finds_the_charge_of_a_refund(related, reference):
    assert read_refund(refund("succeeded", payment_intent=related)).charge_reference == reference


@pytest.mark.parametrize("wrong", [{"status": "gone"}, {"id": None}, {"amount": "9.99"}], ids=str)
def test_refuses_what_is_no_refund(wrong):
    with pytest.raises(UnreadableAnswer):
        read_refund(refund("succeeded") | wrong)
