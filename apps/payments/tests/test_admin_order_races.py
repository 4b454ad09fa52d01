"""Two members of staff who refund one payment at the same moment; with the mutants."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.core.locking import LockingQuerySet
from apps.core.money import Money
from apps.orders.errors import CreditAboveInvoice
from apps.orders.models import Order
from apps.payments import services
from apps.payments.models import Payment
from apps.payments.tests.factories import pay_order
from tests.threads import at_once, ended_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

CHANGED = "The payment has changed since you opened this page"


@pytest.fixture
def desks(store) -> list[Client]:
    """The browsers of two people."""
    browsers = [Client(), Client()]
    for one in browsers:
        one.force_login(UserFactory(store=store, is_staff=True, roles=["finance"]))
    return browsers


@pytest.fixture
def payment(order, ledger) -> Payment:
    """34.90 EUR, captured."""
    return pay_order(order)


def refunding(browser: Client, order: Order, amount: str) -> Callable[[], str]:
    """A form that was opened and filled in; sent, it tells what the next page says."""
    page = reverse("admin:orders_order_refund", args=[order.pk])
    form = browser.get(page).context["form"]
    values = {name: form[name].value() for name in form.fields}
    body = {name: value for name, value in values.items() if value is not None}
    body |= {"amount": amount, "reason": "Scratched"}

    def send() -> str:
        return browser.post(page, body, follow=True).content.decode()

    return send


def by_key(payment: Payment, amount: str, key: str) -> Callable[[], object]:
    return lambda: services.refund_payment(
        store=payment.store,
        payment_id=payment.public_id,
        amount=Money(Decimal(amount), "EUR"),
        idempotency_key=key,
        by=None,
    )


def given_back(ledger: Any) -> list[str]:
    return [str(money) for money in ledger.given_back.values()]


def test_of_two_who_refund_by_what_they_saw_one_is_told(
    desks, order, payment, ledger, promises_kept
):
    texts = at_once(*[refunding(one, order, "10.00") for one in desks])

    assert sorted("10.00 EUR went back." in text for text in texts) == [False, True]
    assert sum(CHANGED in text for text in texts) == 1
    assert given_back(ledger) == ["10.00 EUR"]
    promises_kept()


def test_a_form_sent_twice_at_once_refunds_once(desks, order, payment, ledger, promises_kept):
    send = refunding(desks[0], order, "10.00")

    texts = at_once(send, send)

    assert ["10.00 EUR went back." in text for text in texts] == [True, True]
    assert given_back(ledger) == ["10.00 EUR"]
    promises_kept()


def test_refunds_by_five_keys_at_once_end_at_what_was_captured(payment, ledger, promises_kept):
    amounts = ["20.00", "14.90", "14.90", "20.00", "34.90"]
    acts = [by_key(payment, amount, f"k{n}") for n, amount in enumerate(amounts)]

    ended = ended_at_once(*acts)

    payment.refresh_from_db()
    assert sorted(given_back(ledger)) in [
        ["34.90 EUR"],
        ["14.90 EUR", "20.00 EUR"],
        ["14.90 EUR", "14.90 EUR"],
    ]
    assert payment.refunded == sum(ledger.given_back.values(), Money(Decimal(0), "EUR"))
    assert ended.count("refund_too_large") == 5 - len(ledger.given_back)
    promises_kept()


@pytest.fixture
def meanwhile(monkeypatch) -> Callable[[Callable[[], object]], None]:
    """Without the payment's lock: has something else done between the look at what is left of it
    and the writing of what is."""

    def have_done(act: Callable[[], object]) -> None:
        waiting = [act]
        set_aside = Payment.set_aside

        def set_aside_later(payment: Payment, amount: Money) -> None:
            if waiting:
                at_once(waiting.pop())
            set_aside(payment, amount)

        monkeypatch.setattr(Payment, "set_aside", set_aside_later)
        monkeypatch.setattr(LockingQuerySet, "locked", lambda rows, **_: list(rows.order_by("pk")))

    return have_done


@pytest.mark.thorough
def test_mutant_without_the_payments_lock_more_goes_back_than_came(payment, ledger, meanwhile):
    meanwhile(by_key(payment, "34.90", "b"))

    with pytest.raises(CreditAboveInvoice):  # which comes too late: the money is gone
        by_key(payment, "34.90", "a")()

    assert given_back(ledger) == ["34.90 EUR", "34.90 EUR"]


@pytest.mark.thorough
def test_mutant_without_the_payments_lock_both_refund_by_what_they_saw(
    desks, order, payment, ledger, meanwhile
):
    refund = refunding(desks[0], order, "10.00")
    meanwhile(refunding(desks[1], order, "10.00"))

    assert "10.00 EUR went back." in refund()

    assert given_back(ledger) == ["10.00 EUR", "10.00 EUR"]
