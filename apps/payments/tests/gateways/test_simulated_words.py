"""What the words of the simulated gateway promise, from the charge to the order."""

from decimal import Decimal
from functools import partial
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.core.card_numbers import holds_card_number
from apps.core.money import Money
from apps.events import services as events
from apps.events.models import OutboxEvent
from apps.orders.models import Order
from apps.payments import services
from apps.payments.errors import GatewayUnavailable, WebhookRefused
from apps.payments.gateways import ChargeOutcome
from apps.payments.gateways.simulated import SimulatedGateway, settle_charge
from apps.payments.gateways.simulated_plans import PLANS
from apps.payments.gateways.simulated_webhooks import HEADER, send_webhook, sign
from apps.payments.models import Payment, ProviderEvent, Refund, SimulatedCharge, SimulatedRefund
from apps.payments.tests.factories import PaymentFactory, RefundFactory
from apps.payments.tests.gateways.contract import wish
from apps.payments.tests.gateways.webhook_basket import Basket
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def charge(word: str) -> Any:
    return SimulatedGateway().charge(wish(word))


def outcomes_told() -> list[ChargeOutcome]:
    notices = [
        SimulatedGateway().read_notice(body=one.body, headers=one.headers) for one in Basket.letters
    ]
    return [notice.charge.outcome for notice in notices if notice.charge]


def pay(order: Order, word: str) -> Payment:
    return services.pay_order(
        store=order.store,
        order_id=order.public_id,
        customer=order.customer,
        gateway="simulated",
        payment_method=word,
        idempotency_key="k",
        now=timezone.now(),
    )


def stand(order: Order) -> tuple[str, str]:
    return Payment.objects.get().state, Order.objects.get(pk=order.pk).state


# --- the gateway alone ----------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["success", "decline", "insufficient_funds", "requires_action"])
def test_tells_nothing_that_its_answer_has_told(basket, word):
    charge(word)
    events.deliver_pending()
    assert basket.letters == []


def test_tells_before_it_answers(basket):
    answer = charge("webhook_first")
    assert answer.outcome is ChargeOutcome.CAPTURED
    assert outcomes_told() == [ChargeOutcome.CAPTURED]


def test_answers_whatever_becomes_of_its_webhook(basket):
    def fail() -> None:
        raise RuntimeError("the shop is not itself today")

    basket.meanwhile = fail
    assert charge("webhook_first").outcome is ChargeOutcome.CAPTURED


def test_tells_twice_and_it_is_the_same_event(basket):
    charge("webhook_twice")
    assert basket.letters == []
    events.deliver_pending()
    first, second = basket.letters
    assert first.body == second.body


@pytest.mark.parametrize("word", ["processing", "webhook_late"])
def test_tells_later(basket, word):
    answer = charge(word)
    assert (answer.outcome, basket.letters) == (ChargeOutcome.PROCESSING, [])
    events.deliver_pending()
    events.deliver_pending()
    assert outcomes_told() == [ChargeOutcome.CAPTURED]
    assert SimulatedGateway().find_charge(answer.reference).outcome is ChargeOutcome.CAPTURED


def test_asking_again_settles_nothing(basket):
    request = wish("processing")
    SimulatedGateway().charge(request)
    assert SimulatedGateway().charge(request).outcome is ChargeOutcome.PROCESSING
    assert SimulatedGateway().withdraw(request).outcome is ChargeOutcome.PROCESSING
    assert OutboxEvent.objects.filter(name="simulated_gateway.charge_begun").count() == 1


def test_its_event_names_nobody_and_gives_no_way_in(basket):
    answer = charge("webhook_twice")
    event = OutboxEvent.objects.get(name="simulated_gateway.charge_settled")
    assert event.payload == {"copies": 2}
    assert answer.reference not in str(event.payload)


def test_settles_once(basket):
    answer = charge("requires_action")
    row = SimulatedCharge.objects.get(reference=answer.reference)
    for failure_code in ("", "authentication_failed", ""):
        settle_charge(charge_id=row.public_id, failure_code=failure_code)
    assert SimulatedGateway().find_charge(answer.reference).outcome is ChargeOutcome.CAPTURED
    assert OutboxEvent.objects.filter(name="simulated_gateway.charge_settled").count() == 1


@pytest.mark.django_db(transaction=True)
def test_settled_and_given_up_at_once_is_either(basket):
    for _ in range(5):
        request = wish("requires_action")
        waiting = SimulatedGateway().charge(request)
        row = SimulatedCharge.objects.get(reference=waiting.reference)
        settle = partial(settle_charge, charge_id=row.public_id)
        give_up = partial(SimulatedGateway().withdraw, request)
        at_once(*[settle, give_up] * 3)
        ended = SimulatedGateway().find_charge(waiting.reference).outcome
        told = OutboxEvent.objects.filter(aggregate_id=row.public_id).count()
        assert (ended, told) in [(ChargeOutcome.CAPTURED, 1), (ChargeOutcome.CANCELED, 0)]


def test_believes_what_the_secret_key_before_has_signed(settings, basket):
    charge("webhook_first")
    (letter,) = basket.letters
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new " * 20, [settings.SECRET_KEY]
    assert SimulatedGateway().read_notice(body=letter.body, headers=letter.headers).charge
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(WebhookRefused):
        SimulatedGateway().read_notice(body=letter.body, headers=letter.headers)


def test_refuses_a_webhook_from_the_future(basket):
    charge("webhook_first")
    (letter,) = basket.letters
    later = int(timezone.now().timestamp()) + 400
    with pytest.raises(WebhookRefused):
        SimulatedGateway().read_notice(
            body=letter.body, headers={HEADER: sign(letter.body, at=later)}
        )


def test_its_books_hold_no_card_number():
    assert not [word for word in PLANS if holds_card_number(word)]


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"captured_amount": Decimal("20.00")}, "simulated_capture_within_amount"),
        ({"refunded_amount": Decimal("20.00")}, "simulated_refunds_within_capture"),
        ({"outcome": "failed"}, "simulated_money_came_when_captured"),
        ({"outcome": "lost"}, "simulated_charge_outcome_is_known"),
    ],
)
def test_its_books_cannot_be_cooked(changes, broken):
    answer = charge("success")
    with pytest.raises(IntegrityError, match=broken), transaction.atomic():
        SimulatedCharge.objects.filter(reference=answer.reference).update(**changes)


@pytest.mark.parametrize(
    ("word", "most"), [("success", 2), ("decline", 2), ("webhook_twice", 3), ("processing", 3)]
)
def test_a_charge_costs_two_statements_and_a_third_for_what_follows(basket, word, most):
    with CaptureQueriesContext(connection) as captured:
        charge(word)
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    asked = [one["sql"] for one in captured if not one["sql"].startswith(control)]
    assert len(asked) == most, asked


# --- with the shop --------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["success", "webhook_first", "webhook_twice"])
def test_pays_an_order_once_whatever_its_webhooks_do(order, word):
    assert pay(order, word).state == "captured"
    events.deliver_pending()
    events.deliver_pending()
    assert stand(order) == ("captured", "paid")
    assert OutboxEvent.objects.filter(name="order.paid").count() == 1
    assert OutboxEvent.objects.filter(name="payment.captured").count() == 1


@pytest.mark.parametrize("word", ["processing", "webhook_late"])
def test_pays_an_order_when_the_bank_has_said_so(order, word):
    assert pay(order, word).state == "processing"
    assert stand(order) == ("processing", "pending")
    events.deliver_pending()
    events.deliver_pending()
    assert stand(order) == ("captured", "paid")


def test_pays_an_order_though_the_answer_was_lost(order):
    with pytest.raises(GatewayUnavailable):
        pay(order, "timeout_after_effect")
    assert stand(order) == ("created", "pending")
    assert pay(order, "timeout_after_effect").state == "captured"
    assert stand(order) == ("captured", "paid")
    assert SimulatedCharge.objects.get().captured_amount == Decimal("34.90")


@pytest.mark.parametrize(
    ("failure_code", "ended"),
    [("", ("captured", "paid")), ("authentication_failed", ("failed", "pending"))],
)
def test_hears_what_the_payer_has_done(order, failure_code, ended):
    payment = pay(order, "requires_action")
    assert (payment.state, payment.redirect_url) == (
        "requires_action",
        f"/payments/simulated/{payment.gateway_reference}",
    )
    charge_id = SimulatedCharge.objects.get().public_id
    settle_charge(charge_id=charge_id, failure_code=failure_code)
    events.deliver_pending()
    assert stand(order) == ended
    assert ProviderEvent.objects.get().state == "applied"


def test_a_webhook_that_is_sent_again_and_again_takes_effect_once(order):
    pay(order, "webhook_first")
    charge_id = SimulatedCharge.objects.get().public_id
    for _ in range(3):
        send_webhook(charge_id=charge_id, copies=2)
    assert ProviderEvent.objects.count() == 1
    assert OutboxEvent.objects.filter(name="order.paid").count() == 1


# --- before it kept books -------------------------------------------------------------------------


def test_what_was_paid_before_there_were_books_can_be_given_back():
    payment = PaymentFactory(payment_method="success", refunded_amount=Decimal("1.00"))
    returned = RefundFactory(
        payment=payment,
        amount=Decimal("1.00"),
        state=Refund.State.SUCCEEDED,
        succeeded_at=timezone.now(),
        gateway_reference="sim_refund_1",
        check_at=None,
    )
    failed = PaymentFactory(
        state="failed", captured_at=None, failure_code="card_declined", order__state="pending"
    )
    PaymentFactory(gateway="stripe")
    migration = import_module("apps.payments.migrations.0004_simulated_books_of_earlier_payments")
    with connection.cursor() as cursor:
        cursor.execute(migration.CHARGES)
        cursor.execute(migration.REFUNDS)

    assert SimulatedCharge.objects.count() == 2
    gateway = SimulatedGateway()
    assert gateway.charge(payment.charge_request).outcome is ChargeOutcome.CAPTURED
    assert gateway.find_charge(failed.gateway_reference).failure_code == "card_declined"
    assert SimulatedRefund.objects.get().reference == "sim_refund_1"
    again = gateway.refund(
        charge_reference=payment.gateway_reference,
        amount=Money(Decimal("1.00"), payment.currency),
        idempotency_key=returned.gateway_idempotency_key,
        metadata={},
    )
    assert again.reference == "sim_refund_1"
    rest = payment.charged - Money(Decimal("1.00"), payment.currency)
    back = gateway.refund(
        charge_reference=payment.gateway_reference,
        amount=rest,
        idempotency_key="rest",
        metadata={},
    )
    assert back.outcome == "succeeded"
