"""The page that stands for a bank's."""

from typing import Any

import pytest
from django.test import Client

from apps.events import services as events
from apps.orders.models import Order
from apps.payments.gateways.simulated import SimulatedGateway
from apps.payments.models import Payment, SimulatedCharge
from apps.payments.tests.gateways.contract import wish
from apps.stores.models import Store, StoreHost

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(order: Order, pay: Any) -> Payment:
    assert pay("requires_action").json()["state"] == "requires_action"
    return Payment.objects.get()


@pytest.fixture
def address(payment: Payment) -> str:
    return f"/payments/simulated/{payment.gateway_reference}"


def browser() -> Client:
    return Client(enforce_csrf_checks=True)


def answer(client: Client, address: str, value: str) -> Any:
    """This function will press a button of the page, as a browser does."""
    client.get(address)
    token = client.cookies["csrftoken"].value
    return client.post(address, {"answer": value, "csrfmiddlewaretoken": token})


def outcome() -> str:
    return SimulatedCharge.objects.get().outcome


def test_the_answer_to_the_payment_leads_there(order, pay):
    answered = pay("requires_action").json()
    charge = SimulatedCharge.objects.get()
    assert answered["next_action_url"] == f"http://testserver/payments/simulated/{charge.reference}"


def test_shows_the_amount_and_two_buttons(address):
    page = browser().get(address)
    assert page.status_code == 200
    html = page.content.decode()
    assert "34.90 EUR" in html
    assert "Complete authentication" in html
    assert "Fail authentication" in html
    assert "no-store" in page["Cache-Control"]


def test_keeps_the_strict_policy(address):
    page = browser().get(address)
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    html = page.content.decode()
    assert "<script" not in html
    assert "<style" not in html
    assert "style=" not in html


@pytest.mark.parametrize(
    ("value", "states"), [("complete", ("captured", "paid")), ("fail", ("failed", "pending"))]
)
def test_does_what_the_button_says(address, payment, value, states):
    client = browser()
    answered = answer(client, address, value)
    assert (answered.status_code, answered["Location"]) == (302, address)
    events.deliver_pending()
    payment.refresh_from_db()
    payment.order.refresh_from_db()
    assert (payment.state, payment.order.state) == states
    assert states[0] in client.get(address).content.decode()


def test_a_second_press_changes_nothing(address):
    client = browser()
    answer(client, address, "complete")
    answer(client, address, "fail")
    assert outcome() == "captured"


def test_asks_whether_the_press_came_from_the_page(address):
    assert browser().post(address, {"answer": "complete"}).status_code == 403
    assert outcome() == "requires_action"


@pytest.mark.parametrize("value", ["", "Complete", "x" * 10_000, "\x00"])
def test_refuses_what_is_no_button(address, value):
    assert answer(browser(), address, value).status_code == 400
    assert outcome() == "requires_action"


@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
def test_knows_no_other_verb(address, verb):
    assert getattr(Client(), verb)(address).status_code == 405


@pytest.mark.parametrize(
    "reference",
    ["sim_charge_0", "x" * 3000, "%00", "..%2f", "%F0%9F%92%B3", "a b", "'; --", "1/2"],
)
def test_shows_nothing_for_what_it_does_not_know(store, reference):
    for verb in ("get", "post"):
        assert getattr(Client(), verb)(f"/payments/simulated/{reference}").status_code == 404


def test_shows_nothing_of_another_shop(store):
    other = Store.objects.create(slug="other", name="Other")
    StoreHost.objects.create(store=other, host="other.example")
    request = wish("requires_action")
    request.metadata["store"] = str(store.public_id)
    charge = SimulatedGateway().charge(request)
    assert Client().get(charge.redirect_url).status_code == 200
    assert Client().get(charge.redirect_url, HTTP_HOST="other.example").status_code == 404


def test_exists_only_where_money_is_pretended(address, settings):
    settings.PAYMENT_GATEWAYS = []
    assert Client().get(address).status_code == 404
    assert Client().post(address, {"answer": "complete"}).status_code == 404
    assert outcome() == "requires_action"


def test_settles_nothing_that_is_the_banks_to_settle(address):
    client = browser()
    client.get(address)
    SimulatedCharge.objects.update(outcome="processing")
    token = client.cookies["csrftoken"].value
    client.post(address, {"answer": "complete", "csrfmiddlewaretoken": token})
    assert outcome() == "processing"


def test_withdrawn_meanwhile_the_button_takes_nothing(address, payment):
    client = browser()
    client.get(address)
    SimulatedGateway().withdraw(payment.charge_request)
    token = client.cookies["csrftoken"].value
    client.post(address, {"answer": "complete", "csrfmiddlewaretoken": token})
    assert outcome() == "canceled"
