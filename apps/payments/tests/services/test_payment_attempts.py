"""An order is tried to be paid so often, and no more."""

import random
import time
from functools import partial

import pytest
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments import services
from apps.payments.errors import TooManyPaymentAttempts
from apps.payments.models import Payment
from apps.payments.tests.factories import pay_order, place_order
from tests.threads import ended_at_once


@pytest.fixture(autouse=True)
def _limit(settings):
    settings.PAYMENT_ATTEMPTS_PER_ORDER = 2


@pytest.fixture
def order(store) -> Order:
    return place_order(customer=UserFactory(store=store))


def try_out(order: Order, key: str) -> Payment:
    return services.pay_order(
        store=order.store,
        order_id=order.public_id,
        customer=order.customer,
        gateway="simulated",
        payment_method="decline",
        idempotency_key=key,
        now=timezone.now(),
    )


def test_one_attempt_too_many_is_refused_and_asks_no_gateway(order, ledger):
    assert [pay_order(order, "bad", key=key).state for key in "ab"] == ["failed"] * 2
    asked = len(ledger.metadata)

    with pytest.raises(TooManyPaymentAttempts) as refusal:
        pay_order(order, "good", key="c")

    assert refusal.value.code == "too_many_payment_attempts"
    assert refusal.value.extensions == {"limit": 2}
    assert Payment.objects.count() == 2
    assert len(ledger.metadata) == asked
    assert Order.objects.get(pk=order.pk).state == "pending"


def test_an_attempt_that_is_repeated_is_none_of_its_own(order, ledger):
    tried = [pay_order(order, "bad", key=key) for key in "ab"]

    assert pay_order(order, "bad", key="b") == tried[1]


def test_the_last_attempt_may_succeed(order, ledger):
    pay_order(order, "bad", key="a")

    assert pay_order(order, "good", key="b").state == "captured"


def test_zero_is_no_limit(order, ledger, settings):
    settings.PAYMENT_ATTEMPTS_PER_ORDER = 0

    assert [pay_order(order, "bad", key=key).state for key in "abcd"] == ["failed"] * 4


@pytest.mark.django_db(transaction=True)
def test_of_many_attempts_at_once_no_more_are_made(order):
    for turn in range(3):
        ended_at_once(*(partial(try_out, order, f"{turn}{n}") for n in range(6)))

    assert Payment.objects.filter(order=order).count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_orders_lock_more_are_made(order, monkeypatch):
    def unlocked(*, store, order_id, customer):
        return Order.objects.select_related("store", "customer").get(public_id=order_id)

    monkeypatch.setattr(orders, "lock_order", unlocked)
    # It is called between the count and the insert.
    monkeypatch.setattr(orders, "hold_order", lambda **_: time.sleep(random.uniform(0, 0.3)))
    for turn in range(5):
        ended_at_once(*(partial(try_out, order, f"{turn}{n}") for n in range(6)))
        if Payment.objects.filter(order=order).count() > 2:
            return
    pytest.fail("nobody noticed")
