import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from apps.accounts.tests.factories import UserFactory
from apps.payments.models import Payment, Refund
from apps.payments.tests.factories import PaymentFactory, RefundFactory, place_order
from tests.statements import at_most

PAYMENTS = "/admin/payments/payment/"
REFUNDS = "/admin/payments/refund/"


@pytest.fixture
def clerk(store):
    clerk = UserFactory(store=store, is_staff=True)
    rights = ["view_payment", "view_refund", "refund_payment"]
    clerk.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return clerk


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
    with at_most(8):
        page = browser.get(f"{PAYMENTS}{payment.pk}/change/")
    assert page.status_code == 200
    assert "scratched" in page.content.decode()
    refund = browser.get(f"{REFUNDS}{Refund.objects.get().pk}/change/")
    assert refund.status_code == 200
    assert "10.00 EUR" in refund.content.decode()


@pytest.mark.parametrize("term", ["number", "reference", "id", "nothing of ours", "%00"])
def test_finds_payments_by_what_staff_know_of_them(browser, payment, term):
    known = {
        "number": payment.order.number,
        "reference": payment.gateway_reference,
        "id": str(payment.public_id),
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
    assert "34.90 EUR, succeeded" in answer.content.decode()
    payment.refresh_from_db()
    assert str(payment.refunded) == "34.90 EUR"
    assert payment.order.state == "refunded"
    assert Refund.objects.get().idempotency_key.startswith(f"user:{clerk.public_id}:")


def test_tells_of_each_payment_that_cannot_be_refunded(browser, payment, shopper):
    failed = PaymentFactory(
        order=place_order(customer=shopper), state="failed", captured_at=None, failure_code="x"
    )
    text = press_refund(browser, failed, payment).content.decode()
    assert f"{failed.order.number}: The payment is failed." in text
    assert "34.90 EUR, succeeded" in text
    assert Refund.objects.count() == 1


def test_pressing_it_twice_gives_back_once(browser, payment):
    press_refund(browser, payment)
    assert "0.00 EUR can still be refunded." in press_refund(browser, payment).content.decode()
    assert Refund.objects.count() == 1


def test_looking_at_payments_is_no_right_to_refund_them(browser, clerk, payment):
    clerk.user_permissions.remove(Permission.objects.get(codename="refund_payment"))
    press_refund(browser, payment)
    assert not Refund.objects.exists()


def test_payments_of_another_store_are_not_there(browser):
    elsewhere = PaymentFactory(order=place_order(customer=UserFactory()))
    assert browser.get(PAYMENTS).context["cl"].result_count == 0
    press_refund(browser, elsewhere)
    assert not Refund.objects.exists()
