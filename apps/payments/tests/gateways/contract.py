"""What every gateway must do, whatever stands behind it.

A test module of a gateway imports these tests and provides a fixture `gateway_case`.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

import pytest
from django.db import transaction

from apps.core.money import Money
from apps.core.transactions import TransactionForbidden
from apps.payments.errors import ChargeNotFound, GatewayUnavailable, WebhookRefused
from apps.payments.gateways import (
    CaptureMethod,
    Charge,
    ChargeOutcome,
    ChargeRequest,
    Gateway,
    GatewayRefund,
    RefundOutcome,
    payment_named_by,
)
from tests.threads import at_once

pytestmark = pytest.mark.django_db

PRICE = Money(Decimal("19.99"), "EUR")
ALL_OF_IT = [Decimal("19.99")]
NOT_A_DAY = 7200


@dataclass(frozen=True, kw_only=True)
class GatewayCase:
    """A gateway, payment methods of it that end in a known way, and a look behind the scenes.

    `taken` and `given_back` read its books: every movement of money for a payment, named by its
    public id. What a gateway cannot be made to do from here is `None`, and its tests are skipped.
    """

    make: Callable[[], Gateway]
    good: str
    declined: str
    declined_code: str
    poor: str
    needs_action: str
    unknown: str
    refused: tuple[str, ...]
    taken: Callable[[str], list[Decimal]]
    given_back: Callable[[str], list[Decimal]]
    # What the payer does: with the charge, and whether they succeed.
    act: Callable[[Charge, bool], None] | None = None
    # Prepares that the next answer is lost, and returns the payment method to try it with.
    lose_answer: Callable[[], str] | None = None
    # What the gateway would write of a charge, and how it signs it: at a time, with a secret.
    letter: Callable[[Charge], bytes] | None = None
    sign: Callable[..., Mapping[str, str]] | None = None


def payment_of(key: str) -> str:
    return str(uuid5(NAMESPACE_OID, key))


def wish(method: str, key: str = "", **more: Any) -> ChargeRequest:
    """This function will return a request; the same key always asks for the same."""
    key = key or str(uuid4())
    names = {"order": uuid5(NAMESPACE_OID, "o"), "store": uuid5(NAMESPACE_OID, "s")}
    metadata = {name: str(value) for name, value in names.items()} | {"payment": payment_of(key)}
    request = ChargeRequest(
        amount=PRICE, payment_method=method, idempotency_key=key, metadata=metadata
    )
    return replace(request, **more)


def taken_for(case: GatewayCase, request: ChargeRequest) -> list[Decimal]:
    return case.taken(request.metadata["payment"])


def give_back(
    gateway: Gateway, charge: Charge, amount: str = "19.99", key: str = "", currency: str = "EUR"
) -> GatewayRefund:
    return gateway.refund(
        charge_reference=charge.reference,
        amount=Money(Decimal(amount), currency),
        idempotency_key=key or str(uuid4()),
        metadata={"payment": charge.metadata["payment"], "refund": str(uuid4())},
    )


def captured(case: GatewayCase) -> Charge:
    return case.make().charge(wish(case.good))


def act_of(case: GatewayCase) -> Callable[[Charge, bool], None]:
    if case.act is None:
        pytest.skip("nobody is there to act as the payer")
    return case.act


# --- payment methods ------------------------------------------------------------------------------


def test_knows_its_payment_methods_without_asking(gateway_case):
    gateway = gateway_case.make()
    for method in (
        gateway_case.good,
        gateway_case.declined,
        gateway_case.poor,
        gateway_case.needs_action,
        "",
    ):
        assert gateway.accepts(method)
    for method in gateway_case.refused:
        assert not gateway.accepts(method)


@pytest.mark.parametrize(
    "method", ["4242424242424242", "4242 4242 4242 4242", "pm_\x00", "pm_" + "x" * 300, "../x", "é"]
)
def test_never_takes_a_card_number_or_nonsense_for_a_payment_method(gateway_case, method):
    assert not gateway_case.make().accepts(method)


def test_a_payment_method_that_is_none_fails_and_takes_nothing(gateway_case):
    request = wish(gateway_case.unknown)
    refused = gateway_case.make().charge(request)
    assert refused.outcome is ChargeOutcome.FAILED
    assert refused.failure_code
    assert gateway_case.make().charge(request) == refused
    assert taken_for(gateway_case, request) == []


def test_moves_no_real_money_here(gateway_case):
    assert gateway_case.make().livemode is False


# --- charging -------------------------------------------------------------------------------------


def test_captures_a_good_payment(gateway_case):
    request = wish(gateway_case.good)
    taken = gateway_case.make().charge(request)
    assert taken.outcome is ChargeOutcome.CAPTURED
    assert taken.amount == PRICE
    assert (taken.failure_code, taken.client_secret, taken.redirect_url) == ("", "", "")
    assert taken.metadata == request.metadata
    assert taken.livemode is False
    assert 0 < len(taken.reference) <= 255
    assert taken_for(gateway_case, request) == ALL_OF_IT


def test_says_why_it_declines(gateway_case):
    request = wish(gateway_case.declined)
    refused = gateway_case.make().charge(request)
    assert refused.outcome is ChargeOutcome.FAILED
    assert refused.failure_code == gateway_case.declined_code
    assert refused.reference
    assert taken_for(gateway_case, request) == []


def test_says_that_there_is_not_enough_money(gateway_case):
    refused = gateway_case.make().charge(wish(gateway_case.poor))
    assert refused.outcome is ChargeOutcome.FAILED
    assert refused.failure_code == "insufficient_funds"


def test_a_decline_is_final(gateway_case):
    request = wish(gateway_case.declined)
    gateway = gateway_case.make()
    refused = gateway.charge(request)
    assert gateway.find_charge(refused.reference).outcome is ChargeOutcome.FAILED
    assert gateway.find_charge(refused.reference).failure_code == gateway_case.declined_code
    assert gateway.withdraw(request).outcome is ChargeOutcome.FAILED


@pytest.mark.parametrize("kind", ["good", "declined", "needs_action"])
def test_one_key_is_one_charge_in_every_process(gateway_case, kind):
    request = wish(getattr(gateway_case, kind))
    first = gateway_case.make().charge(request)
    assert gateway_case.make().charge(request) == first
    assert gateway_case.make().charge(replace(request, reference=first.reference)) == first
    assert taken_for(gateway_case, request) == (ALL_OF_IT if kind == "good" else [])


@pytest.mark.django_db(transaction=True)
def test_one_key_eight_times_at_once_takes_the_money_once(gateway_case):
    request = wish(gateway_case.good)

    def ask() -> str:
        try:
            return gateway_case.make().charge(request).reference
        except GatewayUnavailable:  # somebody else is at it
            return ""

    references = set(at_once(*[ask] * 8)) - {""}
    assert references == {gateway_case.make().charge(request).reference}
    assert taken_for(gateway_case, request) == ALL_OF_IT


def test_two_keys_are_two_charges(gateway_case):
    first, second = captured(gateway_case), captured(gateway_case)
    assert first.reference != second.reference


def test_a_key_asks_for_one_amount_only(gateway_case):
    request = wish(gateway_case.good)
    gateway_case.make().charge(request)
    with pytest.raises(GatewayUnavailable):
        gateway_case.make().charge(replace(request, amount=Money(Decimal("29.99"), "EUR")))
    assert taken_for(gateway_case, request) == ALL_OF_IT


def test_a_lost_answer_is_asked_for_again_and_the_money_taken_once(gateway_case):
    if gateway_case.lose_answer is None:
        pytest.skip("answers cannot be lost on purpose")
    request = wish(gateway_case.lose_answer())
    with pytest.raises(GatewayUnavailable):
        gateway_case.make().charge(request)
    again = gateway_case.make().charge(request)
    assert again.outcome is ChargeOutcome.CAPTURED
    assert gateway_case.make().find_charge(again.reference) == again
    assert taken_for(gateway_case, request) == ALL_OF_IT


def test_a_lost_answer_may_be_given_up_and_says_that_it_is_too_late(gateway_case):
    if gateway_case.lose_answer is None:
        pytest.skip("answers cannot be lost on purpose")
    request = wish(gateway_case.lose_answer())
    with pytest.raises(GatewayUnavailable):
        gateway_case.make().charge(request)
    assert gateway_case.make().withdraw(request).outcome is ChargeOutcome.CAPTURED


# --- what the payer has to do ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["needs_action", "form"])
def test_says_how_the_payer_goes_on(gateway_case, kind):
    request = wish(gateway_case.needs_action if kind == "needs_action" else "")
    waiting = gateway_case.make().charge(request)
    assert waiting.outcome is ChargeOutcome.REQUIRES_ACTION
    assert waiting.client_secret or waiting.redirect_url
    assert waiting.failure_code == ""
    assert gateway_case.make().charge(request) == waiting
    assert taken_for(gateway_case, request) == []


@pytest.mark.parametrize("kind", ["needs_action", "form"])
def test_captures_once_when_the_payer_has_done_it(gateway_case, kind):
    act = act_of(gateway_case)
    request = wish(gateway_case.needs_action if kind == "needs_action" else "")
    waiting = gateway_case.make().charge(request)
    act(waiting, True)
    done = gateway_case.make().find_charge(waiting.reference)
    assert (done.outcome, done.amount) == (ChargeOutcome.CAPTURED, PRICE)
    assert (done.client_secret, done.redirect_url) == ("", "")
    assert gateway_case.make().charge(request) == done
    assert taken_for(gateway_case, request) == ALL_OF_IT


def test_takes_nothing_when_the_payer_fails(gateway_case):
    act = act_of(gateway_case)
    request = wish(gateway_case.needs_action)
    waiting = gateway_case.make().charge(request)
    act(waiting, False)
    failed = gateway_case.make().find_charge(waiting.reference)
    assert failed.outcome in {ChargeOutcome.FAILED, ChargeOutcome.REQUIRES_ACTION}
    assert failed.failure_code
    # Whoever asks for it again gives it up: another attempt is another charge.
    assert gateway_case.make().charge(request).outcome is ChargeOutcome.FAILED
    assert gateway_case.make().charge(request).failure_code == failed.failure_code
    assert taken_for(gateway_case, request) == []


# --- authorizing, capturing, giving up ------------------------------------------------------------


def authorized(case: GatewayCase, **more: Any) -> tuple[ChargeRequest, Charge]:
    request = wish(case.good, capture_method=CaptureMethod.MANUAL, **more)
    charge = case.make().charge(request)
    assert (charge.outcome, charge.amount) == (ChargeOutcome.AUTHORIZED, PRICE)
    assert taken_for(case, request) == []
    return request, charge


def take(case: GatewayCase, charge: Charge, amount: str = "19.99", key: str = "") -> Charge:
    return case.make().capture(
        charge.reference, amount=Money(Decimal(amount), "EUR"), idempotency_key=key or str(uuid4())
    )


def test_captures_once_what_it_has_authorized(gateway_case):
    request, charge = authorized(gateway_case)
    done = take(gateway_case, charge, key="c" + request.idempotency_key)
    assert (done.outcome, done.amount) == (ChargeOutcome.CAPTURED, PRICE)
    assert take(gateway_case, charge, key="c" + request.idempotency_key) == done
    assert take(gateway_case, charge) == done
    assert gateway_case.make().charge(request) == done
    assert taken_for(gateway_case, request) == ALL_OF_IT


def test_captures_a_part_and_lets_go_of_the_rest(gateway_case):
    request, charge = authorized(gateway_case)
    done = take(gateway_case, charge, "5.00")
    assert (done.outcome, done.amount) == (ChargeOutcome.CAPTURED, Money(Decimal(5), "EUR"))
    assert taken_for(gateway_case, request) == [Decimal("5.00")]


def test_never_captures_more_than_it_has_authorized(gateway_case):
    request, charge = authorized(gateway_case)
    assert take(gateway_case, charge, "20.00").outcome is ChargeOutcome.AUTHORIZED
    assert taken_for(gateway_case, request) == []


def test_authorizes_when_the_payer_has_done_it(gateway_case):
    act = act_of(gateway_case)
    request = wish(gateway_case.needs_action, capture_method=CaptureMethod.MANUAL)
    waiting = gateway_case.make().charge(request)
    act(waiting, True)
    held = gateway_case.make().find_charge(waiting.reference)
    assert held.outcome is ChargeOutcome.AUTHORIZED
    assert taken_for(gateway_case, request) == []


def test_lets_go_of_what_it_has_authorized(gateway_case):
    request, charge = authorized(gateway_case)
    assert gateway_case.make().withdraw(request).outcome is ChargeOutcome.CANCELED
    assert take(gateway_case, charge).outcome is ChargeOutcome.CANCELED
    assert gateway_case.make().charge(request).outcome is ChargeOutcome.CANCELED
    assert taken_for(gateway_case, request) == []


def test_gives_up_what_was_never_asked_for(gateway_case):
    request = wish(gateway_case.good)
    assert gateway_case.make().withdraw(request).outcome is ChargeOutcome.CANCELED
    assert gateway_case.make().charge(request).outcome is ChargeOutcome.CANCELED
    assert gateway_case.make().withdraw(request).outcome is ChargeOutcome.CANCELED
    assert taken_for(gateway_case, request) == []


def test_gives_up_what_waits_for_its_payer(gateway_case):
    request = wish(gateway_case.needs_action)
    waiting = gateway_case.make().charge(request)
    given_up = gateway_case.make().withdraw(replace(request, reference=waiting.reference))
    assert given_up.outcome is ChargeOutcome.CANCELED
    assert (given_up.reference, given_up.failure_code) == (waiting.reference, "")
    assert gateway_case.make().find_charge(waiting.reference) == given_up
    assert taken_for(gateway_case, request) == []


def test_cannot_give_up_what_is_captured(gateway_case):
    request = wish(gateway_case.good)
    done = gateway_case.make().charge(request)
    assert gateway_case.make().withdraw(request) == done
    assert taken_for(gateway_case, request) == ALL_OF_IT


@pytest.mark.django_db(transaction=True)
def test_charged_and_given_up_at_once_is_either(gateway_case):
    request = wish(gateway_case.good)

    def attempt(name: str) -> None:
        with suppress(GatewayUnavailable):
            getattr(gateway_case.make(), name)(request)

    at_once(*[partial(attempt, name) for name in ("charge", "withdraw") * 3])
    ended = gateway_case.make().withdraw(request)
    assert (ended.outcome, taken_for(gateway_case, request)) in [
        (ChargeOutcome.CAPTURED, ALL_OF_IT),
        (ChargeOutcome.CANCELED, []),
    ]


# --- looking up -----------------------------------------------------------------------------------


def test_finds_a_charge_as_it_stands(gateway_case):
    done = captured(gateway_case)
    assert gateway_case.make().find_charge(done.reference) == done


@pytest.mark.parametrize("reference", ["", "pi_nobodys", "sim_charge_0", "../v1/charges", "é x"])
def test_knows_what_it_does_not_know(gateway_case, reference):
    gateway = gateway_case.make()
    with pytest.raises(ChargeNotFound):
        gateway.find_charge(reference)
    with pytest.raises(ChargeNotFound):
        gateway.find_refund(reference)
    with pytest.raises(ChargeNotFound):
        gateway.capture(reference, amount=PRICE, idempotency_key=str(uuid4()))


# --- giving back ----------------------------------------------------------------------------------


def test_gives_back_once_for_each_key(gateway_case):
    gateway, done, key = gateway_case.make(), captured(gateway_case), str(uuid4())
    wish_back = partial(
        gateway.refund,
        charge_reference=done.reference,
        amount=Money(Decimal("9.99"), "EUR"),
        metadata=done.metadata,
    )
    first = wish_back(idempotency_key=key)
    assert first.outcome is RefundOutcome.SUCCEEDED
    assert (first.amount, first.charge_reference) == (Money(Decimal("9.99"), "EUR"), done.reference)
    assert wish_back(idempotency_key=key) == first
    assert gateway.find_refund(first.reference) == first
    assert wish_back(idempotency_key=str(uuid4())).reference != first.reference
    assert gateway_case.given_back(done.metadata["payment"]) == [Decimal("9.99"), Decimal("9.99")]


def test_never_gives_back_more_than_was_captured(gateway_case):
    gateway, done = gateway_case.make(), captured(gateway_case)
    assert give_back(gateway, done, "15.00").outcome is RefundOutcome.SUCCEEDED
    refused = give_back(gateway, done, "5.00")
    assert refused.outcome is RefundOutcome.FAILED
    assert refused.failure_code
    assert give_back(gateway, done, "4.99").outcome is RefundOutcome.SUCCEEDED
    assert give_back(gateway, done, "0.01").outcome is RefundOutcome.FAILED
    assert gateway_case.given_back(done.metadata["payment"]) == [Decimal(15), Decimal("4.99")]


def test_gives_back_no_more_than_the_part_it_captured(gateway_case):
    _, charge = authorized(gateway_case)
    take(gateway_case, charge, "5.00")
    gateway = gateway_case.make()
    assert give_back(gateway, charge, "5.01").outcome is RefundOutcome.FAILED
    assert give_back(gateway, charge, "5.00").outcome is RefundOutcome.SUCCEEDED


@pytest.mark.django_db(transaction=True)
def test_eight_refunds_at_once_stay_within_what_was_captured(gateway_case):
    done = captured(gateway_case)

    def back() -> str:
        try:
            return give_back(gateway_case.make(), done, "6.00").outcome
        except GatewayUnavailable:
            return "silent"

    ended = at_once(*[back] * 8)
    assert ended.count("succeeded") <= 3
    assert sum(gateway_case.given_back(done.metadata["payment"])) <= Decimal("18.00")


@pytest.mark.parametrize("kind", ["declined", "needs_action"])
def test_gives_nothing_back_where_nothing_was_captured(gateway_case, kind):
    gateway = gateway_case.make()
    charge = gateway.charge(wish(getattr(gateway_case, kind)))
    assert give_back(gateway, charge).outcome is RefundOutcome.FAILED
    assert gateway_case.given_back(charge.metadata["payment"]) == []


@pytest.mark.parametrize(("amount", "currency"), [("0.00", "EUR"), ("0.001", "EUR")])
def test_gives_back_no_amount_that_makes_no_sense(gateway_case, amount, currency):
    done = captured(gateway_case)
    refused = give_back(gateway_case.make(), done, amount, currency=currency)
    assert refused.outcome is RefundOutcome.FAILED
    assert gateway_case.given_back(done.metadata["payment"]) == []


def test_gives_nothing_back_for_a_charge_that_it_does_not_know(gateway_case):
    done = captured(gateway_case)
    for reference in ("", "pi_nobodys"):
        refused = give_back(gateway_case.make(), replace(done, reference=reference))
        assert refused.outcome is RefundOutcome.FAILED


# --- notices --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Letter:
    """A webhook about a captured charge, and its gateway."""

    gateway: Gateway
    charge: Charge
    body: bytes
    sign: Callable[..., Mapping[str, str]]

    def refuses(self, body: bytes, headers: Mapping[str, str]) -> bool:
        try:
            self.gateway.read_notice(body=body, headers=headers)
        except WebhookRefused:
            return True
        return False


@pytest.fixture
def letter(gateway_case: GatewayCase) -> Letter:
    if gateway_case.letter is None or gateway_case.sign is None:
        pytest.skip("its webhooks are not to be had from here")
    done = captured(gateway_case)
    return Letter(gateway_case.make(), done, gateway_case.letter(done), gateway_case.sign)


def test_reads_what_it_has_signed(letter):
    notice = letter.gateway.read_notice(body=letter.body, headers=letter.sign(letter.body))
    assert notice.event_id
    assert notice.kind
    assert notice.charge == letter.charge
    assert notice.refund is None
    assert str(payment_named_by(notice.charge.metadata)) == letter.charge.metadata["payment"]


def test_finds_the_signature_whatever_the_case_of_its_name(letter):
    headers = {name.upper(): value for name, value in letter.sign(letter.body).items()}
    assert letter.gateway.read_notice(body=letter.body, headers=headers).charge == letter.charge


def test_refuses_what_was_changed_on_the_way(letter):
    headers = letter.sign(letter.body)
    assert letter.refuses(letter.body.replace(b"1", b"2", 1), headers)
    assert letter.refuses(letter.body + b" ", headers)
    assert letter.refuses(b"", headers)


def test_refuses_a_signature_of_somebody_else(letter):
    assert letter.refuses(letter.body, letter.sign(letter.body, secret="somebody else's"))


@pytest.mark.parametrize("age", [301, 3600, NOT_A_DAY])
def test_refuses_what_is_older_than_five_minutes(letter, age):
    now = int(time.time())
    assert letter.refuses(letter.body, letter.sign(letter.body, at=now - age))
    assert not letter.refuses(letter.body, letter.sign(letter.body, at=now - 290))


@pytest.mark.parametrize(
    "header",
    ["", "t=", "t=1", "v1=ab", "t=x,v1=ab", ",,,", "t=1,v1=" + "é" * 64, "t=" + "9" * 5000, "\x00"],
)
def test_refuses_a_malformed_signature(letter, header):
    (name,) = letter.sign(letter.body)
    assert letter.refuses(letter.body, {name: header})
    assert letter.refuses(letter.body, {})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b"{}",
        b'{"id": "evt_1"}',
        b'{"id": "evt_1", "type": "payment_intent.succeeded", "livemode": false}',
        b'{"id": "evt_1", "type": "charge.captured", "livemode": false, "data": null}',
        b'{"id": 1, "type": 2, "livemode": false, "data": {"object": {}}, "charge": {}}',
        b'{"id": "", "type": "x", "livemode": false, "data": {"object": {}}, "charge": {}}',
        b'{"id": "e", "type": "x", "livemode": "no", "data": {"object": []}, "charge": []}',
        b'{"a": NaN}',
        b"[" * 100_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"id": "\\u0000"}',
    ],
    ids=lambda body: body[:40].decode(errors="replace"),
)
def test_refuses_what_no_gateway_writes_even_when_it_is_signed(letter, body):
    assert letter.refuses(body, letter.sign(body))


# --- no network while rows are locked -------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_never_works_while_rows_may_be_locked(gateway_case):
    gateway = gateway_case.make()
    calls: list[Callable[[], object]] = [
        lambda: gateway.charge(wish(gateway_case.good)),
        lambda: gateway.withdraw(wish(gateway_case.good)),
        lambda: gateway.find_charge("pi_x"),
        lambda: gateway.capture("pi_x", amount=PRICE, idempotency_key="k"),
        lambda: gateway.find_refund("re_x"),
        lambda: gateway.refund(
            charge_reference="pi_x", amount=PRICE, idempotency_key="k", metadata={}
        ),
    ]
    for call in calls:
        with transaction.atomic(), pytest.raises(TransactionForbidden):
            call()
