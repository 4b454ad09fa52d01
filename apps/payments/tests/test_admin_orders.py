"""The money of an order on its own page: what is told of it, and what staff do with it."""

from decimal import Decimal
from importlib import import_module
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.core.money import Money
from apps.events.models import OutboxEvent
from apps.orders.models import Invoice, Order
from apps.payments import services
from apps.payments.models import Payment, Refund
from apps.payments.tests.factories import PaymentFactory, cancel_order, pay_order, place_order


@pytest.fixture
def clerk(store):
    return UserFactory(store=store, is_staff=True, roles=["finance"])


@pytest.fixture
def browser(clerk):
    browser = Client()
    browser.force_login(clerk)
    return browser


@pytest.fixture
def payment(order, ledger) -> Payment:
    """34.90 EUR, captured."""
    return pay_order(order)


def page(name: str, order: Order) -> str:
    return reverse(f"admin:orders_order_{name}", args=[order.pk])


def shown(browser: Client, order: Order) -> str:
    return browser.get(page("change", order)).content.decode()


def filled(browser: Client, order: Order, **said) -> dict:
    """The form as it is opened, and what is written into it."""
    form = browser.get(page("refund", order)).context["form"]
    names = [name for name in form.fields if form[name].value() is not None]
    return {name: form[name].value() for name in names} | {"reason": "Scratched"} | said


def send(browser: Client, order: Order, body: dict, name: str = "refund") -> str:
    return browser.post(page(name, order), body, follow=True).content.decode()


def test_a_page_tells_what_was_paid_and_what_is_left(browser, order, payment):
    services.refund_payment(
        store=order.store,
        payment_id=payment.public_id,
        amount=Money(Decimal("4.90"), "EUR"),
        idempotency_key="x",
        by=None,
    )
    text = shown(browser, order)
    for told in ("34.90 EUR", "4.90 EUR", "30.00 EUR", "Left to refund"):
        assert told in text
    browser.force_login(UserFactory(store=order.store, is_staff=True, roles=["warehouse"]))
    text = shown(browser, order)
    assert "Left to refund" not in text
    assert page("refund", order) not in text


def test_a_part_goes_back_with_its_credit_note(browser, clerk, order, payment, ledger):
    text = browser.get(page("refund", order)).content.decode()
    assert "34.90 EUR left to refund" in text
    text = send(browser, order, filled(browser, order, amount="10.50"))
    assert "10.50 EUR went back." in text
    assert [str(money) for money in ledger.given_back.values()] == ["10.50 EUR"]
    order.refresh_from_db()
    assert order.state == "paid"
    refund = Refund.objects.get()
    assert (refund.reason, str(refund.money)) == ("Scratched", "10.50 EUR")
    assert Invoice.objects.filter(kind="credit_note").count() == 1
    event = OutboxEvent.objects.get(name="refund.requested")
    assert event.actor == f"user:{clerk.public_id}"

    assert "24.40 EUR went back." in send(browser, order, filled(browser, order))
    order.refresh_from_db()
    assert order.state == "refunded"
    assert page("refund", order) not in shown(browser, order)
    assert "this cannot be done" in browser.get(page("refund", order), follow=True).content.decode()


@pytest.mark.parametrize("amount", ["10.00", "34.90"])
def test_a_double_click_refunds_once(browser, order, payment, ledger, amount):
    body = filled(browser, order, amount=amount)
    for _ in range(2):
        assert f"{amount} EUR went back." in send(browser, order, body)
    answer = browser.post(page("refund", order), body | {"amount": "1.00"})
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert [str(money) for money in ledger.given_back.values()] == [f"{amount} EUR"]
    assert Refund.objects.count() == 1


def test_what_somebody_else_gave_back_meanwhile_is_told(browser, order, payment, ledger):
    body = filled(browser, order, amount="20.00")
    assert "10.00 EUR went back." in send(browser, order, filled(browser, order, amount="10.00"))
    text = send(browser, order, body)
    assert "24.90 EUR can be refunded now. Nothing was done." in text
    assert Refund.objects.count() == 1
    assert [str(money) for money in ledger.given_back.values()] == ["10.00 EUR"]


def test_without_its_guard_the_form_would_refund_what_was_not_seen(
    browser, order, payment, monkeypatch
):
    registering = import_module("apps.payments.services.register_refund")
    guarded = registering._locked

    def unversioned(**known):
        locked = guarded(**known)
        locked.version = 1
        return locked

    body = filled(browser, order, amount="20.00") | {f"seen_{payment.public_id}": 1}
    send(browser, order, filled(browser, order, amount="10.00"))
    monkeypatch.setattr(registering, "_locked", unversioned)
    assert "20.00 EUR went back." in send(browser, order, body)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"amount": ""}, "required"),
        ({"amount": "0"}, "can still be refunded"),
        ({"amount": "-1"}, "greater than or equal to 0"),
        ({"amount": "34.91"}, "34.90 EUR can still be refunded"),
        ({"amount": "1.001"}, "EUR has 2 decimals"),
        ({"amount": "NaN"}, "Enter a number"),
        ({"amount": "9" * 400}, "no more than"),
        ({"amount": "a\x00b"}, "Enter a number"),
        ({"reason": ""}, "required"),
        ({"reason": "two\nlines"}, "one line of text"),
        ({"reason": "x" * 201}, "at most 200"),
        ({"payment": str(uuid4())}, "not one of the available choices"),
        ({"payment": "abc"}, "not one of the available choices"),
        ({"key": ""}, "Open the page again"),
        ({"key": "abc"}, "Open the page again"),
    ],
)
def test_what_makes_no_sense_gives_nothing_back(browser, order, payment, ledger, said, reason):
    answer = browser.post(page("refund", order), filled(browser, order, **said))
    assert answer.status_code == 200
    assert reason in answer.content.decode()
    assert (Refund.objects.count(), ledger.given_back) == (0, {})


def test_each_payment_is_refunded_by_itself(browser, order, payment, ledger):
    surplus = PaymentFactory(order=order, gateway="ledger", is_surplus=True)
    with_two = browser.get(page("refund", order)).context["form"]
    assert len(with_two.fields["payment"].choices) == 2
    body = filled(browser, order, payment=str(surplus.public_id), amount="34.90")
    assert "34.90 EUR went back." in send(browser, order, body)
    payment.refresh_from_db()
    surplus.refresh_from_db()
    assert (str(payment.refunded), str(surplus.refunded)) == ("0.00 EUR", "34.90 EUR")


def test_a_refund_that_the_gateway_refuses_or_is_silent_about(browser, order, payment, ledger):
    ledger.refuses_refunds = True
    text = send(browser, order, filled(browser, order, amount="5.00"))
    assert "The gateway says account_closed." in text
    ledger.refuses_refunds, ledger.silent_before = False, True
    body = filled(browser, order, amount="6.00")
    assert "Whether it acted is not known yet" in send(browser, order, body)
    ledger.silent_before = False
    assert "6.00 EUR went back." in send(browser, order, body)
    assert [str(money) for money in ledger.given_back.values()] == ["6.00 EUR"]


def test_what_was_refused_can_be_tried_again_on_the_page_that_says_so(
    browser, order, payment, ledger
):
    ledger.refuses_refunds = True
    body = filled(browser, order, amount="5.00")
    for _ in range(2):  # a double click is one attempt
        again = browser.post(page("refund", order), body)
    assert "The gateway says account_closed." in again.content.decode()
    assert Refund.objects.count() == 1
    form = again.context["form"]
    assert [str(form[name].value()) for name in ("amount", "reason")] == ["5.00", "Scratched"]
    body = {name: form[name].value() for name in form.fields}
    ledger.refuses_refunds = False
    for _ in range(2):
        assert "5.00 EUR went back." in send(browser, order, body)
    assert [str(money) for money in ledger.given_back.values()] == ["5.00 EUR"]


def test_what_somebody_else_refunds_after_a_refusal_is_told(browser, order, payment, ledger):
    ledger.refuses_refunds = True
    refused = browser.post(page("refund", order), filled(browser, order, amount="20.00"))
    form = refused.context["form"]
    body = {name: form[name].value() for name in form.fields}
    ledger.refuses_refunds = False
    assert "10.00 EUR went back." in send(browser, order, filled(browser, order, amount="10.00"))
    assert "24.90 EUR can be refunded now. Nothing was done." in send(browser, order, body)
    assert [str(money) for money in ledger.given_back.values()] == ["10.00 EUR"]


def test_money_is_captured_before_the_goods_leave(browser, clerk, store, shopper, ledger):
    store.capture_at_shipment = True
    store.save()
    order = place_order(customer=shopper)
    pay_order(order)
    text = shown(browser, order)
    assert page("capture", order) in text
    assert page("refund", order) not in text
    browser.get(page("capture", order))
    assert ledger.taken == {}
    assert "34.90 EUR were captured." in send(browser, order, {}, "capture")
    event = OutboxEvent.objects.get(name="payment.captured")
    assert event.actor == f"user:{clerk.public_id}"
    assert page("capture", order) not in shown(browser, order)
    assert "no authorized payment to capture" in send(browser, order, {}, "capture")
    assert [str(money) for money in ledger.taken.values()] == ["34.90 EUR"]


def test_a_canceled_order_is_not_captured(browser, store, shopper, ledger):
    store.capture_at_shipment = True
    store.save()
    order = place_order(customer=shopper)
    pay_order(order)
    cancel_order(order)
    assert page("capture", order) not in shown(browser, order)
    assert "no authorized payment to capture" in send(browser, order, {}, "capture")
    assert ledger.taken == {}


@pytest.mark.parametrize("role", ["support", "warehouse", "read_only"])
def test_who_may_not_move_money_is_refused(browser, store, order, payment, ledger, role):
    body = filled(browser, order)
    browser.force_login(UserFactory(store=store, is_staff=True, roles=[role]))
    assert page("refund", order) not in shown(browser, order)
    for name in ("refund", "capture"):
        assert browser.get(page(name, order)).status_code == 403
        assert browser.post(page(name, order), body).status_code == 403
    assert ledger.given_back == {}


def test_orders_of_another_store_are_not_there(browser, ledger):
    foreign = place_order(customer=UserFactory())
    pay_order(foreign)
    for name in ("refund", "capture"):
        assert browser.get(page(name, foreign)).status_code == 302
        assert browser.post(page(name, foreign), {"amount": "1"}).status_code == 302
        assert browser.get(reverse(f"admin:orders_order_{name}", args=["x"])).status_code == 302
    assert ledger.given_back == {}


def test_the_gateway_is_asked_about_as_many_as_a_page_holds(browser, order, ledger):
    asked = PaymentFactory.create_batch(51, order__customer=order.customer, gateway="gone")
    chosen = {"action": "ask_the_gateway", "_selected_action": [one.pk for one in asked]}
    text = browser.post("/admin/payments/payment/", chosen, follow=True).content.decode()
    assert "At most 50 at once. Nothing was done." in text
    assert "This payment gateway is not offered" not in text
