import pytest

from apps.accounts.tests.factories import UserFactory
from apps.payments.gateways import GatewayRefund, RefundOutcome
from apps.payments.gateways.simulated import SimulatedGateway
from apps.payments.models import Payment, Refund
from apps.payments.tests.factories import PaymentFactory, RefundFactory, place_order
from apps.stores.tests.factories import StoreFactory
from conftest import client_of
from tests.statements import at_most


@pytest.fixture
def payment(pay) -> Payment:
    return Payment.objects.get(public_id=pay().json()["id"])


def refunds_of(payment: Payment) -> str:
    return f"/api/v1/payments/{payment.public_id}/refunds"


@pytest.fixture
def give_back(staff_client, payment):
    def send(body=None, *, key: str = "r", client=staff_client):
        return client.post(refunds_of(payment), body or {}, headers={"Idempotency-Key": key})

    return send


def problem_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_shows_a_payment_to_its_owner_and_to_staff(shopper_client, staff_client, payment):
    for client in (shopper_client, staff_client):
        answer = client.get(f"/api/v1/payments/{payment.public_id}")
        assert answer.status_code == 200
        assert answer.json()["id"] == str(payment.public_id)
        assert answer.json()["state"] == "captured"


def test_costs_two_statements(shopper_client, payment):
    with at_most(2):
        shopper_client.get(f"/api/v1/payments/{payment.public_id}")


def test_is_not_there_for_others(store, anonymous, payment):
    url = f"/api/v1/payments/{payment.public_id}"
    assert problem_of(client_of(UserFactory(store=store)).get(url)) == (404, "not_found")
    assert anonymous.get(url).status_code == 401


def test_staff_see_their_own_store_only(staff_client):
    elsewhere = PaymentFactory(order=place_order(customer=UserFactory(store=StoreFactory())))
    url = f"/api/v1/payments/{elsewhere.public_id}"
    assert problem_of(staff_client.get(url)) == (404, "not_found")
    answer = staff_client.post(f"{url}/refunds", {}, headers={"Idempotency-Key": "r"})
    assert problem_of(answer) == (404, "not_found")
    assert not Refund.objects.exists()


@pytest.mark.parametrize("reference", ["fe449f90-bbb4-489b-b646-9dd543ae936e", "17", "x"])
def test_a_payment_that_does_not_exist_is_404(staff_client, reference):
    assert staff_client.get(f"/api/v1/payments/{reference}").status_code == 404
    answer = staff_client.post(
        f"/api/v1/payments/{reference}/refunds", {}, headers={"Idempotency-Key": "r"}
    )
    assert answer.status_code == 404


def test_staff_give_a_part_back(give_back, payment):
    answer = give_back({"amount": {"amount": "10.00", "currency": "EUR"}, "reason": "scratched"})
    assert answer.status_code == 201
    body = answer.json()
    assert body["state"] == "succeeded"
    assert body["amount"] == {"amount": "10.00", "currency": "EUR"}
    assert body["reason"] == "scratched"
    assert body["payment_id"] == str(payment.public_id)
    payment.refresh_from_db()
    assert str(payment.refunded) == "10.00 EUR"


def test_a_pending_refund_is_read_again_by_its_owner_and_by_staff(
    give_back, shopper_client, staff_client, payment, monkeypatch
):
    monkeypatch.setattr(
        SimulatedGateway,
        "refund",
        lambda *_, **__: GatewayRefund(reference="slow", outcome=RefundOutcome.PENDING),
    )
    made = give_back()
    assert made.json()["state"] == "requested"
    assert made["Location"] == f"{refunds_of(payment)}/{made.json()['id']}"
    assert give_back()["Location"] == made["Location"]
    for client in (shopper_client, staff_client):
        assert client.get(made["Location"]).json() == made.json()
        assert client.get(refunds_of(payment)).json()["results"] == [made.json()]


def test_lists_refunds_newest_first_in_four_statements(give_back, shopper_client, payment):
    for key in ("a", "b", "c"):
        give_back({"amount": {"amount": "1.00", "currency": "EUR"}, "reason": key}, key=key)
    with at_most(4):
        answer = shopper_client.get(refunds_of(payment))
    assert [one["reason"] for one in answer.json()["results"]] == ["c", "b", "a"]


def test_refunds_are_not_there_for_others(store, give_back, anonymous, payment):
    made = give_back()
    stranger = client_of(UserFactory(store=store))
    for url in (refunds_of(payment), made["Location"]):
        assert problem_of(stranger.get(url)) == (404, "not_found")
        assert anonymous.get(url).status_code == 401


def test_a_refund_of_another_payment_is_not_there(staff_client, payment):
    other = RefundFactory()
    answer = staff_client.get(f"{refunds_of(payment)}/{other.public_id}")
    assert problem_of(answer) == (404, "not_found")


def test_without_an_amount_all_that_is_left_goes_back(give_back, payment):
    give_back({"amount": {"amount": "4.90", "currency": "EUR"}}, key="a")
    assert give_back(key="b").json()["amount"] == {"amount": "30.00", "currency": "EUR"}
    payment.refresh_from_db()
    assert payment.order.state == "refunded"


def test_more_than_is_left_is_refused(give_back, payment):
    give_back({"amount": {"amount": "30.00", "currency": "EUR"}}, key="a")
    answer = give_back({"amount": {"amount": "4.91", "currency": "EUR"}}, key="b")
    assert problem_of(answer) == (409, "refund_too_large")
    assert answer.json()["remaining"] == {"amount": "4.90", "currency": "EUR"}
    payment.refresh_from_db()
    assert str(payment.refunded) == "30.00 EUR"
    assert Refund.objects.count() == 1


def test_the_same_key_gives_back_once(give_back):
    part = {"amount": {"amount": "10.00", "currency": "EUR"}}
    assert give_back(part).json() == give_back(part).json()
    assert Refund.objects.count() == 1


def test_the_same_key_for_another_amount_is_refused(give_back):
    give_back({"amount": {"amount": "10.00", "currency": "EUR"}})
    answer = give_back({"amount": {"amount": "11.00", "currency": "EUR"}})
    assert problem_of(answer) == (422, "idempotency_key_reused")
    assert Refund.objects.count() == 1


def test_keys_of_two_people_never_meet(store, give_back):
    part = {"amount": {"amount": "10.00", "currency": "EUR"}}
    give_back(part)
    other = client_of(UserFactory(store=store, is_staff=True))
    assert give_back(part, client=other).status_code == 201
    assert Refund.objects.count() == 2


def test_a_payment_that_failed_is_not_refundable(staff_client, pay):
    failed = Payment.objects.get(public_id=pay("decline").json()["id"])
    answer = staff_client.post(refunds_of(failed), {}, headers={"Idempotency-Key": "r"})
    assert problem_of(answer) == (409, "payment_not_refundable")
    assert answer.json()["state"] == "failed"


def test_is_for_staff_only(give_back, shopper_client, anonymous, payment):
    assert give_back(client=shopper_client).status_code == 403
    assert give_back(client=anonymous).status_code == 401
    assert not Refund.objects.exists()


def test_demands_a_key(staff_client, payment):
    answer = staff_client.post(refunds_of(payment), {})
    assert answer.json()["errors"][0]["code"] == "idempotency_key_required"
    assert not Refund.objects.exists()


def test_another_currency_is_refused(give_back):
    answer = give_back({"amount": {"amount": "10.00", "currency": "USD"}})
    assert problem_of(answer) == (422, "refund_currency_mismatch")
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"amount": "10.00"}, "amount", "not_money"),
        ({"amount": {"amount": 10, "currency": "EUR"}}, "amount", "not_money"),
        ({"amount": {"amount": "0.00", "currency": "EUR"}}, "amount", "min_value"),
        ({"amount": {"amount": "-1.00", "currency": "EUR"}}, "amount", "min_value"),
        ({"amount": {"amount": "-0.00", "currency": "EUR"}}, "amount", "min_value"),
        ({"amount": {"amount": "1.001", "currency": "EUR"}}, "amount", "too_precise"),
        ({"amount": {"amount": "9" * 16, "currency": "EUR"}}, "amount", "out_of_range"),
        ({"amount": {"amount": "9" * 9999, "currency": "EUR"}}, "amount", "out_of_range"),
        ({"amount": {"amount": "1e400", "currency": "EUR"}}, "amount", "not_money"),
        ({"amount": {"amount": "1e2", "currency": "EUR"}}, "amount", "not_money"),
        ({"amount": {"amount": "NaN", "currency": "EUR"}}, "amount", "not_money"),
        ({"amount": {"amount": "Infinity", "currency": "EUR"}}, "amount", "not_money"),
        ({"amount": {"amount": "", "currency": "EUR"}}, "amount", "not_money"),
        ({"amount": {"amount": " 1.00", "currency": "EUR"}}, "amount", "not_money"),
        ({"amount": {"amount": "1,00", "currency": "EUR"}}, "amount", "not_money"),
        ({"amount": {"amount": "+1.00", "currency": "EUR"}}, "amount", "not_money"),
        ({"amount": {"amount": "٣.00", "currency": "EUR"}}, "amount", "not_money"),
        ({"amount": {"amount": True, "currency": "EUR"}}, "amount", "not_money"),
        ({"amount": {"amount": "1.00"}}, "amount", "not_money"),
        ({"amount": {"amount": "1.00", "currency": "EUR", "tip": "1"}}, "amount", "not_money"),
        ({"amount": [{"amount": "1.00", "currency": "EUR"}]}, "amount", "not_money"),
        ({"amount": {"amount": "1.00", "currency": "eur"}}, "amount", "unknown_currency"),
        ({"amount": {"amount": "1.00", "currency": ""}}, "amount", "unknown_currency"),
        ({"amount": {"amount": "1.00", "currency": "E" * 999}}, "amount", "unknown_currency"),
        ({"reason": 7}, "reason", "invalid"),
        ({"reason": None}, "reason", "null"),
        ({"idempotency_key": "x"}, "idempotency_key", "unknown_field"),
        ({"amount": {"amount": "1.00", "currency": "XXZ"}}, "amount", "unknown_currency"),
        ({"amount": None}, "amount", "null"),
        ({"reason": "r" * 201}, "reason", "max_length"),
        ({"state": "succeeded"}, "state", "unknown_field"),
        ({"reason": "card 4242424242424242"}, "reason", "card_number_refused"),
    ],
)
def test_refuses_a_bad_body(give_back, payment, body, field, code):
    answer = give_back(body)
    assert problem_of(answer) == (400, "validation_error")
    assert (field, code) in [(one["field"], one["code"]) for one in answer.json()["errors"]]
    payment.refresh_from_db()
    assert str(payment.refunded) == "0.00 EUR"
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b'{"amount": {"amount": NaN, "currency": "EUR"}}',
        b'{"amount": {"amount": 1e400, "currency": "EUR"}}',
        b'{"amount": {"amount": "1\\u0000", "currency": "EUR"}}',
        b'{"reason": "\\ud800"}',
        b"[",
        b"\xff",
    ],
)
def test_refuses_what_is_no_json(staff_client, payment, body):
    answer = staff_client.post(
        refunds_of(payment),
        body,
        content_type="application/json",
        headers={"Idempotency-Key": "r"},
    )
    assert problem_of(answer) == (400, "parse_error")
    assert not Refund.objects.exists()


@pytest.mark.parametrize("amount", ["34.91", "999999999999999.99"])
def test_says_what_remains_when_more_is_asked_back(give_back, payment, amount):
    answer = give_back({"amount": {"amount": amount, "currency": "EUR"}})
    assert problem_of(answer) == (409, "refund_too_large")
    assert answer.json()["remaining"] == {"amount": "34.90", "currency": "EUR"}
    payment.refresh_from_db()
    assert str(payment.refunded) == "0.00 EUR"
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    "state", ["created", "requires_action", "processing", "authorized", "failed", "canceled"]
)
def test_says_in_which_state_nothing_can_be_given_back(staff_client, shopper, state):
    payment = PaymentFactory(order=place_order(customer=shopper), state=state)
    answer = staff_client.post(refunds_of(payment), {}, headers={"Idempotency-Key": "r"})
    assert problem_of(answer) == (409, "payment_not_refundable")
    assert answer.json()["state"] == state
    assert not Refund.objects.exists()


def test_all_that_is_left_of_nothing_is_refused(give_back, payment):
    give_back(key="a")
    answer = give_back(key="b")
    assert problem_of(answer) == (409, "refund_too_large")
    assert answer.json()["remaining"] == {"amount": "0.00", "currency": "EUR"}
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("method", ["put", "patch", "delete", "post"])
def test_payments_have_no_other_verbs(staff_client, payment, method):
    answer = getattr(staff_client, method)(f"/api/v1/payments/{payment.public_id}", {})
    assert problem_of(answer) == (405, "method_not_allowed")
