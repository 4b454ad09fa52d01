from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent
from apps.idempotency.models import IdempotencyKey
from apps.inventory.models import Reservation, StockItem
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments.models import Payment
from apps.payments.services import charge_payment
from apps.payments.tests.factories import place_order
from conftest import client_of
from tests.statements import at_most


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


def problem_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_pays_an_order(pay, order):
    answer = pay()
    assert answer.status_code == 201
    body = answer.json()
    assert answer["Location"] == f"/api/v1/payments/{body['id']}"
    assert body["state"] == "captured"
    assert body["amount"] == {"amount": "34.90", "currency": "EUR"}
    assert body["refunded"] == {"amount": "0.00", "currency": "EUR"}
    assert body["failure_code"] == ""
    assert body["order_id"] == str(order.public_id)
    assert body["captured_at"] is not None
    assert state_of(order) == "paid"
    assert sorted(StockItem.objects.values_list("on_hand", "reserved")) == [(9, 0)] * 3


def test_pays_an_order_by_its_number(shopper_client, order):
    answer = shopper_client.post(
        f"/api/v1/orders/{order.number}/payments",
        {"gateway": "simulated", "payment_method": "success"},
        headers={"Idempotency-Key": "k"},
    )
    assert answer.status_code == 201
    assert state_of(order) == "paid"


def test_says_what_happened(pay, order):
    body = pay().json()
    names = list(
        OutboxEvent.objects.exclude(name__startswith="reservation.")
        .order_by("pk")
        .values_list("name", flat=True)
    )
    assert names[-3:] == ["payment.captured", "order.paid", "invoice.issued"]
    event = OutboxEvent.objects.get(name="payment.captured")
    assert str(event.aggregate_id) == body["id"]
    assert event.payload == {
        "order_id": str(order.public_id),
        "gateway": "simulated",
        "amount": {"amount": "34.90", "currency": "EUR"},
        "changes": {"state": ["created", "captured"]},
    }
    assert event.actor == f"user:{order.customer.public_id}"


def test_costs_twenty_statements_and_two_in_the_books_of_the_simulated_gateway(pay, order):
    with at_most(22):
        assert pay().status_code == 201


def test_a_declined_payment_is_an_answer_and_leaves_the_order_as_it_was(pay, order):
    body = pay("decline").json()
    assert (body["state"], body["failure_code"]) == ("failed", "card_declined")
    assert body["captured_at"] is None
    assert state_of(order) == "pending"
    assert Reservation.objects.filter(state="active").count() == 3
    event = OutboxEvent.objects.get(name="payment.failed")
    assert event.payload["failure_code"] == "card_declined"


def test_pays_after_a_decline(pay, order):
    assert pay("decline", key="first").json()["state"] == "failed"
    assert pay("success", key="second").json()["state"] == "captured"
    assert state_of(order) == "paid"
    assert Payment.objects.count() == 2


def test_the_same_key_is_answered_again_and_charged_once(pay, order, ledger):
    first = pay("good", gateway="ledger")
    again = pay("good", gateway="ledger")
    assert again.status_code == 201
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert len(ledger.taken) == 1


def test_the_same_key_for_another_body_is_refused(pay, order):
    pay("decline")
    assert problem_of(pay("success")) == (422, "idempotency_key_reused")
    assert state_of(order) == "pending"


def test_demands_a_key(shopper_client, order):
    answer = shopper_client.post(
        f"/api/v1/orders/{order.public_id}/payments",
        {"gateway": "simulated", "payment_method": "success"},
    )
    assert problem_of(answer) == (400, "validation_error")
    assert answer.json()["errors"][0]["code"] == "idempotency_key_required"
    assert not Payment.objects.exists()


def test_pays_once(pay, order):
    pay(key="first")
    answer = pay(key="second")
    assert problem_of(answer) == (409, "order_not_payable")
    assert answer.json()["state"] == "paid"
    assert Payment.objects.count() == 1


def test_a_request_that_died_after_the_charge_is_finished_by_its_repetition(
    pay, order, ledger, monkeypatch
):
    class Killed(BaseException):
        """The process dies here: nothing catches it."""

    def die(**_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(charge_payment, "record_charge", die)
        with pytest.raises(Killed):
            pay("good", gateway="ledger")
    assert len(ledger.taken) == 1

    answer = pay("good", gateway="ledger")
    assert problem_of(answer) == (409, "request_in_progress")
    assert answer["Retry-After"] == "2"
    IdempotencyKey.objects.update(held_until=timezone.now())
    assert pay("good", gateway="ledger").json()["state"] == "captured"
    assert state_of(order) == "paid"
    assert len(ledger.taken) == 1


def test_a_silent_gateway_is_503_and_the_same_key_goes_on(pay, order, ledger):
    ledger.silent_after = True
    answer = pay("good", gateway="ledger")
    assert problem_of(answer) == (503, "gateway_unavailable")
    assert answer["Retry-After"] == "1"
    assert problem_of(pay(key="another")) == (409, "payment_in_progress")
    ledger.silent_after = False
    assert pay("good", gateway="ledger").json()["state"] == "captured"
    assert len(ledger.taken) == 1


def test_refuses_a_second_payment_while_the_first_is_open(pay, order, ledger):
    assert pay("slow", gateway="ledger", key="first").json()["state"] == "processing"
    assert problem_of(pay(key="second")) == (409, "payment_in_progress")
    assert state_of(order) == "pending"
    assert Payment.objects.count() == 1


def test_refuses_a_canceled_order(pay, order, shopper):
    orders.cancel_order(
        store=order.store, order_id=order.public_id, by=shopper, reason="", now=timezone.now()
    )
    answer = pay()
    assert problem_of(answer) == (409, "order_not_payable")
    assert answer.json()["state"] == "canceled"
    assert not Payment.objects.exists()


def test_refuses_an_order_whose_time_is_up(pay, order):
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now())
    answer = pay()
    assert problem_of(answer) == (409, "order_expired")
    assert answer.json()["state"] == "pending"
    assert not Payment.objects.exists()


def test_holds_the_stock_until_a_late_payment_is_through(pay, order):
    soon = timezone.now() + timedelta(seconds=20)
    Order.objects.filter(pk=order.pk).update(expires_at=soon)
    Reservation.objects.update(expires_at=soon)
    pay("decline")
    until = Reservation.objects.values_list("expires_at", flat=True).distinct().get()
    assert timedelta(seconds=110) < until - timezone.now() <= timedelta(minutes=2)
    assert Order.objects.get(pk=order.pk).expires_at == until


def test_the_order_of_somebody_else_is_not_there(pay, store):
    foreign = place_order(customer=UserFactory(store=store))
    answer = pay(of=foreign)
    assert problem_of(answer) == (404, "not_found")
    assert state_of(foreign) == "pending"
    assert not Payment.objects.exists()


def test_the_order_of_another_store_is_not_there(pay):
    foreign = place_order(customer=UserFactory())
    assert problem_of(pay(of=foreign)) == (404, "not_found")
    assert state_of(foreign) == "pending"


def test_staff_do_not_pay_for_others(staff, order):
    answer = client_of(staff).post(
        f"/api/v1/orders/{order.public_id}/payments",
        {"gateway": "simulated", "payment_method": "success"},
        headers={"Idempotency-Key": "k"},
    )
    assert problem_of(answer) == (404, "not_found")


@pytest.mark.parametrize(
    "reference", ["fe449f90-bbb4-489b-b646-9dd543ae936e", "17", "not-a-uuid", "%00", "K7QF-9W2M"]
)
def test_an_order_that_does_not_exist_is_404(shopper_client, reference):
    answer = shopper_client.post(
        f"/api/v1/orders/{reference}/payments",
        {"gateway": "simulated", "payment_method": "success"},
        headers={"Idempotency-Key": "k"},
    )
    assert answer.status_code == 404


def test_needs_somebody(anonymous, order):
    answer = anonymous.post(f"/api/v1/orders/{order.public_id}/payments", {})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "gateway", "required"),
        ({"gateway": "simulated", "payment_method": None}, "payment_method", "null"),
        ({"gateway": "simulated", "payment_method": ["success"]}, "payment_method", "invalid"),
        ({"gateway": "s" * 31, "payment_method": "success"}, "gateway", "max_length"),
        ({"gateway": "simulated", "payment_method": "m" * 256}, "payment_method", "max_length"),
        (
            {"gateway": "simulated", "payment_method": "success", "amount": "0.01"},
            "amount",
            "unknown_field",
        ),
        (
            {"gateway": "simulated", "payment_method": "success", "state": "x"},
            "state",
            "unknown_field",
        ),
        (
            {"gateway": "simulated", "payment_method": "4242 4242 4242 4242"},
            "payment_method",
            "card_number_refused",
        ),
        ({"card": {"number": "4242424242424242"}}, "card.number", "card_number_refused"),
        ({"number": 4242424242424242}, "number", "card_number_refused"),
    ],
)
def test_refuses_a_bad_body(shopper_client, order, body, field, code):
    answer = shopper_client.post(
        f"/api/v1/orders/{order.public_id}/payments", body, headers={"Idempotency-Key": "k"}
    )
    assert problem_of(answer) == (400, "validation_error")
    assert (field, code) in [(one["field"], one["code"]) for one in answer.json()["errors"]]
    assert "4242" not in answer.content.decode()
    assert not Payment.objects.exists()
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("body", [[], "success", 7, None])
def test_refuses_a_body_that_is_no_object(shopper_client, order, body):
    answer = shopper_client.post(
        f"/api/v1/orders/{order.public_id}/payments", body, headers={"Idempotency-Key": "k"}
    )
    assert answer.status_code == 400
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    ("gateway", "method", "problem"),
    [
        ("paypal", "success", (404, "unknown_gateway")),
        ("simulated", "pm_card_visa", (422, "unknown_payment_method")),
    ],
)
def test_refuses_what_is_not_offered(pay, order, gateway, method, problem):
    assert problem_of(pay(method, gateway=gateway)) == problem
    assert state_of(order) == "pending"
    assert not Payment.objects.exists()
    assert pay().status_code == 201
