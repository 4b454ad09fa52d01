"""A payer who has to act: who is told how to go on, and what another attempt does."""

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent
from apps.idempotency.models import IdempotencyKey
from apps.orders.models import Order
from apps.payments.gateways import ChargeOutcome
from apps.payments.models import Payment
from apps.payments.tests.factories import cancel_order, place_order
from conftest import client_of
from tests.statements import at_most


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


def problem_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def begun(pay, ledger):
    """The answer to a payment that asks for 3-D Secure."""
    answer = pay("action", gateway="ledger", key="first")
    assert answer.status_code == 201
    return answer.json()


@pytest.fixture
def payment(begun) -> Payment:
    return Payment.objects.get(public_id=begun["id"])


def told(client, payment: Payment) -> list[tuple[str, str]]:
    """What a person reads of it, alone and in the list."""
    one = client.get(f"/api/v1/payments/{payment.public_id}").json()
    listed = client.get(f"/api/v1/orders/{payment.order.public_id}/payments").json()["results"]
    return [(each["client_secret"], each["next_action_url"]) for each in [one, *listed]]


def test_the_payer_is_told_how_to_go_on(begun, payment, order, shopper_client):
    secret = f"secret_{payment.gateway_idempotency_key}"
    url = f"https://bank.example/{payment.gateway_idempotency_key}"
    assert (begun["state"], begun["client_secret"], begun["next_action_url"]) == (
        "requires_action",
        secret,
        url,
    )
    assert told(shopper_client, payment) == [(secret, url)] * 2
    assert (begun["failure_code"], begun["captured_at"], begun["authorized_at"]) == ("", None, None)
    assert state_of(order) == "pending"
    fact = OutboxEvent.objects.get(name="payment.action_required")
    assert secret not in str(fact.payload)


def test_a_page_of_ours_is_told_with_its_host(payment, shopper_client):
    Payment.objects.update(redirect_url="/pay/sim_charge_1")
    assert told(shopper_client, payment)[0][1] == "http://testserver/pay/sim_charge_1"


def test_staff_see_the_payment_and_not_how_to_go_on(payment, staff_client):
    assert told(staff_client, payment) == [("", "")] * 2


def test_staff_who_buy_for_themselves_are_told(store, ledger):
    clerk = UserFactory(store=store, is_staff=True)
    order = place_order(customer=clerk)
    answer = client_of(clerk).post(
        f"/api/v1/orders/{order.public_id}/payments",
        {"gateway": "ledger"},
        headers={"Idempotency-Key": "k"},
    )
    assert answer.json()["client_secret"].startswith("secret_")


@pytest.mark.parametrize("outcome", ["processing", "captured", "failed", "canceled"])
def test_nobody_is_told_once_nothing_is_to_be_done(payment, shopper_client, tell, outcome):
    tell(charge=payment.gateway_reference, outcome=outcome)
    assert told(shopper_client, payment) == [("", "")] * 2


def test_a_payment_method_may_be_left_out_or_blank(shopper_client, order, ledger):
    for place, body in enumerate([{"gateway": "ledger"}, {"gateway": "ledger"}]):
        answer = shopper_client.post(
            f"/api/v1/orders/{order.public_id}/payments",
            body | ({"payment_method": ""} if place else {}),
            headers={"Idempotency-Key": f"k{place}"},
        )
        assert (answer.status_code, answer.json()["state"]) == (201, "requires_action")
        assert answer.json()["payment_method"] == ""


def test_is_paid_by_webhook_once_the_payer_has_acted(
    payment, order, pay, ledger, tell, shopper_client, promises_kept
):
    ledger.change(payment.gateway_reference, outcome=ChargeOutcome.CAPTURED)
    tell(charge=payment.gateway_reference)
    assert state_of(order) == "paid"
    answer = shopper_client.get(f"/api/v1/payments/{payment.public_id}").json()
    assert (answer["state"], answer["amount"]["amount"]) == ("captured", "34.90")
    assert problem_of(pay(key="second")) == (409, "order_not_payable")
    promises_kept()


def test_paying_in_another_way_withdraws_what_waited(payment, order, pay, ledger, promises_kept):
    answer = pay("good", gateway="ledger", key="second")
    assert answer.json()["state"] == "captured"
    payment.refresh_from_db()
    assert (payment.state, payment.client_secret) == ("canceled", "")
    assert ledger.charges[payment.gateway_idempotency_key].outcome == "canceled"
    assert len(ledger.taken) == 1
    assert state_of(order) == "paid"
    assert [str(one.actor) for one in OutboxEvent.objects.filter(name="payment.canceled")] == [
        f"user:{order.customer.public_id}"
    ]
    promises_kept()


def test_the_first_key_finds_its_own_payment_after_that(payment, pay, ledger):
    pay("action", gateway="ledger", key="second")
    IdempotencyKey.objects.all().delete()
    again = pay("action", gateway="ledger", key="first").json()
    assert (again["id"], again["state"]) == (str(payment.public_id), "canceled")
    assert Payment.objects.get(state="requires_action").idempotency_key == "second"


def test_a_payer_who_acted_meanwhile_has_paid_and_pays_no_second_time(
    payment, order, pay, ledger, promises_kept
):
    ledger.change(payment.gateway_reference, outcome=ChargeOutcome.CAPTURED)
    assert problem_of(pay("good", gateway="ledger", key="second")) == (409, "order_not_payable")
    assert state_of(order) == "paid"
    assert list(ledger.taken) == [payment.gateway_idempotency_key]
    assert Payment.objects.count() == 1
    promises_kept()


def test_what_cannot_be_withdrawn_any_more_stands_in_the_way(payment, order, pay, ledger):
    ledger.change(payment.gateway_reference, outcome=ChargeOutcome.PROCESSING)
    answer = pay("good", gateway="ledger", key="second")
    assert problem_of(answer) == (409, "payment_in_progress")
    payment.refresh_from_db()
    assert payment.state == "processing"
    assert Payment.objects.count() == 1


def test_a_gateway_that_is_silent_about_the_withdrawal_is_503(payment, order, pay, ledger):
    ledger.silent_before = True
    assert problem_of(pay("good", gateway="ledger", key="second")) == (503, "gateway_unavailable")
    payment.refresh_from_db()
    assert (payment.state, Payment.objects.count()) == ("requires_action", 1)
    ledger.silent_before = False
    assert pay("good", gateway="ledger", key="second").json()["state"] == "captured"
    assert len(ledger.taken) == 1


def test_what_is_held_for_staff_stands_in_the_way_and_is_not_withdrawn(payment, order, pay, ledger):
    Payment.objects.update(held_reason="amount: 0.01 EUR instead of 34.90 EUR", check_at=None)
    assert problem_of(pay("good", gateway="ledger", key="second")) == (409, "payment_in_progress")
    assert ledger.charges[payment.gateway_idempotency_key].outcome == "requires_action"
    assert Payment.objects.count() == 1


def test_a_canceled_order_is_not_gone_on_with(payment, order, pay, shopper_client):
    cancel_order(order)
    assert problem_of(pay(key="second")) == (409, "order_not_payable")
    assert Payment.objects.count() == 1


# --- the list -------------------------------------------------------------------------------------


def test_lists_what_was_tried_newest_first(order, pay, ledger, shopper_client, staff_client):
    pay("decline", key="first")
    pay("bad", gateway="ledger", key="second")
    pay("success", key="third")
    for client in (shopper_client, staff_client):
        answer = client.get(f"/api/v1/orders/{order.number}/payments").json()
        assert answer["count"] == 3
        assert [(one["state"], one["failure_code"]) for one in answer["results"]] == [
            ("captured", ""),
            ("failed", "insufficient_funds"),
            ("failed", "card_declined"),
        ]


def test_the_list_costs_four_statements(order, pay, shopper_client):
    pay("decline", key="first")
    pay("success", key="second")
    with at_most(4):
        assert (
            len(shopper_client.get(f"/api/v1/orders/{order.public_id}/payments").json()["results"])
            == 2
        )


def test_the_list_of_an_order_that_nobody_tried_to_pay_is_empty(order, shopper_client):
    answer = shopper_client.get(f"/api/v1/orders/{order.public_id}/payments").json()
    assert (answer["count"], answer["results"]) == (0, [])


def test_the_list_of_somebody_elses_order_is_not_there(order, store, anonymous):
    url = f"/api/v1/orders/{order.public_id}/payments"
    assert problem_of(client_of(UserFactory(store=store)).get(url)) == (404, "not_found")
    assert anonymous.get(url).status_code == 401
    elsewhere = client_of(UserFactory(is_staff=True))
    assert elsewhere.get(url).status_code in (401, 404)


@pytest.mark.parametrize("reference", ["17", "%00", "nonsense", "K7QF-9W2M", "a" * 999])
def test_the_list_of_an_order_that_does_not_exist_is_404(shopper_client, reference):
    assert shopper_client.get(f"/api/v1/orders/{reference}/payments").status_code == 404
