from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.tests.factories import UserFactory
from apps.core.money import Money
from apps.payments.gateways import ChargeOutcome
from apps.payments.models import Payment, ProviderEvent, Refund
from apps.payments.tests.factories import PaymentFactory, RefundFactory, pay_order, place_order
from tests.statements import at_most

PAYMENTS = "/admin/payments/payment/"
REFUNDS = "/admin/payments/refund/"
EVENTS = "/admin/payments/providerevent/"


@pytest.fixture
def clerk(store):
    return UserFactory(store=store, is_staff=True, roles=["finance"])


@pytest.fixture
def browser(clerk):
    browser = Client()
    browser.force_login(clerk)
    return browser


@pytest.fixture
def payment(pay) -> Payment:
    return Payment.objects.get(public_id=pay().json()["id"])


def press_refund(browser: Client, *payments: Payment):
    chosen = {"action": "refund_what_is_left", "_selected_action": [one.pk for one in payments]}
    return browser.post(PAYMENTS, chosen, follow=True)


def test_lists_payments_and_refunds_with_few_statements(browser, shopper):
    for _ in range(3):
        RefundFactory(payment=PaymentFactory(order=place_order(customer=shopper)))
    for page in (PAYMENTS, REFUNDS):
        browser.get(page)
        with at_most(8):
            assert browser.get(page).status_code == 200


def test_shows_a_payment_with_its_refunds(browser, payment):
    RefundFactory(payment=payment, reason="scratched")
    with at_most(9):
        page = browser.get(f"{PAYMENTS}{payment.pk}/change/")
    assert page.status_code == 200
    assert "scratched" in page.content.decode()
    refund = browser.get(f"{REFUNDS}{Refund.objects.get().pk}/change/")
    assert refund.status_code == 200
    assert "10.00 EUR" in refund.content.decode()


def test_an_order_shows_how_it_was_paid(browser, payment):
    page = browser.get(f"/admin/orders/order/{payment.order.pk}/change/")
    assert page.status_code == 200
    assert f"{PAYMENTS}{payment.pk}/change/" in page.content.decode()


@pytest.mark.parametrize("term", ["number", "reference", "id", "order", "nothing of ours", "%00"])
def test_finds_payments_by_what_staff_know_of_them(browser, payment, term):
    known = {
        "number": payment.order.number,
        "reference": payment.gateway_reference,
        "id": str(payment.public_id),
        "order": str(payment.order.public_id),
    }
    page = browser.get(PAYMENTS, {"q": known.get(term, term)})
    assert page.status_code == 200
    assert page.context["cl"].result_count == (1 if term in known else 0)
    assert browser.get(REFUNDS, {"q": known.get(term, term)}).status_code == 200


def test_nothing_is_added_changed_or_deleted(browser, payment):
    refund = RefundFactory(payment=payment)
    for page, row in ((PAYMENTS, payment), (REFUNDS, refund)):
        assert browser.get(f"{page}add/").status_code == 403
        assert browser.get(f"{page}{row.pk}/delete/").status_code == 403
        assert browser.post(f"{page}{row.pk}/change/", {"amount": "1"}).status_code == 403


def test_gives_back_what_is_left(browser, payment, clerk):
    answer = press_refund(browser, payment)
    assert "1 refunded, or about to be." in answer.content.decode()
    payment.refresh_from_db()
    assert str(payment.refunded) == "34.90 EUR"
    assert payment.order.state == "refunded"
    assert Refund.objects.get().idempotency_key.startswith(f"user:{clerk.public_id}:")


def test_gives_nothing_back_when_everything_was_chosen_by_mistake(browser, payment, ledger):
    PaymentFactory.create_batch(50, order__customer=payment.order.customer)
    text = press_refund(browser, *Payment.objects.all()).content.decode()
    assert "At most 50 at once. Nothing was done." in text
    assert not Refund.objects.exists()


def test_tells_of_each_payment_that_cannot_be_refunded(browser, payment, shopper):
    failed = PaymentFactory(order=place_order(customer=shopper), state="failed", failure_code="x")
    text = press_refund(browser, failed, payment).content.decode()
    assert f"{failed.order.number}: The payment is failed." in text
    assert "1 refunded, or about to be." in text
    assert Refund.objects.count() == 1


def test_pressing_it_twice_gives_back_once(browser, payment):
    press_refund(browser, payment)
    assert "0.00 EUR can still be refunded." in press_refund(browser, payment).content.decode()
    assert Refund.objects.count() == 1


def test_looking_at_payments_is_no_right_to_refund_them(browser, clerk, payment):
    clerk.memberships.update(role="read_only")
    press_refund(browser, payment)
    assert not Refund.objects.exists()


def test_payments_of_another_store_are_not_there(browser):
    elsewhere = PaymentFactory(order=place_order(customer=UserFactory()))
    assert browser.get(PAYMENTS).context["cl"].result_count == 0
    press_refund(browser, elsewhere)
    assert not Refund.objects.exists()


# --- what gateways told us ------------------------------------------------------------------------


@pytest.fixture
def provider_event(payment) -> ProviderEvent:
    return ProviderEvent.objects.create(
        gateway="simulated",
        event_id="evt_1",
        kind="charge.captured",
        state="applied",
        payment=payment,
        store=payment.store,
    )


def given_up(event_id: str, **values) -> ProviderEvent:
    values = {"state": "unmatched", "attempts": 12, "kind": "charge.captured", **values}
    return ProviderEvent.objects.create(gateway="simulated", event_id=event_id, **values)


def try_again(browser: Client, *chosen: ProviderEvent) -> str:
    data = {"action": "try_again", "_selected_action": [one.pk for one in chosen]}
    return browser.post(EVENTS, data, follow=True).content.decode()


def test_lists_provider_events_with_few_statements(browser, provider_event, payment):
    for number in range(3):
        given_up(f"evt_{number + 2}", state="applied", payment=payment, store=payment.store)
    browser.get(EVENTS)
    with at_most(8):
        page = browser.get(EVENTS)
    assert page.context["cl"].result_count == 4


def test_shows_a_provider_event_and_that_of_its_payment(browser, provider_event, payment):
    page = browser.get(f"{EVENTS}{provider_event.pk}/change/").content.decode()
    assert "evt_1" in page
    assert "charge.captured" in page
    browser.get(f"{PAYMENTS}{payment.pk}/change/")
    with at_most(8):
        page = browser.get(f"{PAYMENTS}{payment.pk}/change/")
    assert "evt_1" in page.content.decode()


def test_provider_events_of_another_store_are_not_there(browser, provider_event):
    elsewhere = PaymentFactory(order=place_order(customer=UserFactory()))
    foreign = given_up("evt_foreign", payment=elsewhere, store=elsewhere.store)
    nobodys = given_up("evt_nobodys")
    found = {one.pk for one in browser.get(EVENTS).context["cl"].result_list}
    assert found == {provider_event.pk, nobodys.pk}
    assert browser.get(f"{EVENTS}{foreign.pk}/change/").status_code == 302
    try_again(browser, foreign)
    foreign.refresh_from_db()
    assert foreign.state == "unmatched"


@pytest.mark.parametrize("term", ["evt_1", "reference", "nothing of ours", "%00"])
def test_finds_provider_events_by_id_and_by_charge(browser, provider_event, payment, term):
    known = {"reference": payment.gateway_reference}
    page = browser.get(EVENTS, {"q": known.get(term, term)})
    assert page.status_code == 200
    assert page.context["cl"].result_count == (1 if term in ("evt_1", "reference") else 0)


def test_has_those_tried_again_that_found_no_payment(browser, provider_event):
    unmatched = given_up("evt_2")
    answer = try_again(browser, unmatched, provider_event)
    assert "1 of 2 will be tried again." in answer
    unmatched.refresh_from_db()
    provider_event.refresh_from_db()
    assert (unmatched.state, unmatched.attempts, provider_event.state) == ("parked", 0, "applied")
    assert unmatched.next_attempt_at is not None


def test_looking_at_provider_events_is_no_right_to_have_them_tried_again(browser, clerk):
    unmatched = given_up("evt_2")
    clerk.memberships.update(role="read_only")
    try_again(browser, unmatched)
    unmatched.refresh_from_db()
    assert unmatched.state == "unmatched"


# --- comparing, and sending back ------------------------------------------------------------------


def press(browser: Client, action: str, *payments: Payment) -> str:
    chosen = {"action": action, "_selected_action": [one.pk for one in payments]}
    return browser.post(PAYMENTS, chosen, follow=True).content.decode()


@pytest.fixture
def held(order, ledger, tell) -> Payment:
    payment = pay_order(order, "action")
    cent = Money(Decimal("34.89"), "EUR")
    ledger.change(payment.gateway_reference, outcome=ChargeOutcome.CAPTURED, amount=cent)
    tell(charge=payment.gateway_reference)
    payment.refresh_from_db()
    return payment


def test_asks_the_gateway_how_payments_stand(browser, order, ledger, shopper):
    slow = pay_order(order, "slow")
    silent = PaymentFactory(order=place_order(customer=shopper), gateway="gone", state="failed")
    text = press(browser, "ask_the_gateway", slow, silent)
    assert f"{order.number}: captured" in text
    assert f"{silent.order.number}: This payment gateway is not offered" in text
    order.refresh_from_db()
    assert order.state == "paid"


def test_tells_why_a_payment_is_held_and_sends_it_back_once(browser, held, ledger, order):
    assert "34.89 EUR instead of 34.90 EUR" in browser.get(PAYMENTS).content.decode()
    text = press(browser, "ask_the_gateway", held)
    assert f"{order.number}: amount: 34.89 EUR instead of 34.90 EUR" in text
    assert "1 sent back." in press(browser, "send_back_what_was_held", held)
    assert [str(money) for money in ledger.given_back.values()] == ["34.89 EUR"]
    assert "This payment is not held" in press(browser, "send_back_what_was_held", held)
    assert len(ledger.given_back) == 1


@pytest.mark.parametrize("action", ["ask_the_gateway", "send_back_what_was_held"])
def test_looking_at_payments_is_no_right_to_act_on_them(browser, clerk, held, ledger, action):
    ledger.change(held.gateway_reference, amount=Money(Decimal("34.90"), "EUR"))
    clerk.memberships.update(role="read_only")
    press(browser, action, held)
    held.refresh_from_db()
    assert (held.state, ledger.given_back) == ("requires_action", {})
    assert held.held_reason


def test_finds_what_is_held(browser, held, shopper):
    PaymentFactory(order=place_order(customer=shopper))
    page = browser.get(PAYMENTS, {"held_reason__isempty": "0"})
    assert [one.pk for one in page.context["cl"].result_list] == [held.pk]


def test_no_page_shows_what_is_for_the_payer_alone(browser, order, ledger):
    payment = pay_order(order, "action")
    for page in (PAYMENTS, f"{PAYMENTS}{payment.pk}/change/"):
        text = browser.get(page).content.decode()
        assert payment.client_secret not in text
        assert payment.redirect_url not in text


def test_compares_ids_as_ids(browser, payment, provider_event):
    refund = RefundFactory(payment=payment)
    for page in (PAYMENTS, REFUNDS, EVENTS):
        with CaptureQueriesContext(connection) as asked:
            browser.get(page, {"q": str(payment.public_id)})
        assert any(f"'{payment.public_id.hex}'::uuid" in one["sql"] for one in asked)
        searches = [one["sql"] for one in asked if "UNION ALL" not in one["sql"]]
        assert not any("::text" in sql for sql in searches)  # but in that of the inbox's badge
    assert "10.00 EUR" in browser.get(REFUNDS, {"q": str(refund.public_id)}).content.decode()
    assert "10.00 EUR" not in browser.get(REFUNDS, {"q": str(uuid4())}).content.decode()


def test_offers_the_gateways_that_are_set_up_without_asking_the_ledger(browser, payment):
    for page in (PAYMENTS, EVENTS):
        with CaptureQueriesContext(connection) as asked:
            text = browser.get(page).content.decode()
        assert "gateway=simulated" in text
        assert not any("DISTINCT" in one["sql"] for one in asked)
    assert payment.order.number in browser.get(PAYMENTS, {"gateway": "simulated"}).content.decode()
    assert payment.order.number not in browser.get(PAYMENTS, {"gateway": "x"}).content.decode()


def test_a_refund_that_the_gateway_refuses_is_no_success(browser, order, ledger):
    payment = pay_order(order)
    ledger.refuses_refunds = True
    text = press_refund(browser, payment).content.decode()
    assert "The gateway says account_closed." in text
    assert "refunded, or about to be" not in text
    assert Refund.objects.get().state == "failed"
