"""Many at once, each in a thread and on a connection of its own."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.core.money import Money
from apps.events import services as events
from apps.inventory import services as inventory
from apps.inventory.models import Reservation, StockItem
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments import services
from apps.payments.models import Payment, Refund
from apps.payments.tests.factories import place_order
from tests.threads import ended_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(store) -> Order:
    return place_order(customer=UserFactory(store=store))


def at_once(acts: list[Callable[[], object]]) -> Counter[str]:
    """This function will start all acts at the same moment and count how they ended."""
    return Counter(ended_at_once(*acts))


def paying(order: Order, key: str) -> Callable[[], object]:
    return lambda: services.pay_order(
        store=order.store,
        order_id=order.public_id,
        customer=order.customer,
        gateway="ledger",
        payment_method="good",
        idempotency_key=key,
        now=timezone.now(),
    )


def refunding(payment: Payment, amount: str | None, key: str) -> Callable[[], object]:
    return lambda: services.refund_payment(
        store=payment.store,
        payment_id=payment.public_id,
        amount=amount and Money(Decimal(amount), "EUR"),
        idempotency_key=key,
        by=None,
    )


def test_eight_payments_of_one_order_charge_once(order, ledger):
    ended = at_once([paying(order, f"k{n}") for n in range(8)])
    assert ended["done"] == 1
    assert ended["payment_in_progress"] + ended["order_not_payable"] == 7
    assert len(ledger.taken) == 1
    order.refresh_from_db()
    assert order.state == "paid"


def test_one_key_eight_times_at_once_charges_once(order, ledger):
    assert at_once([paying(order, "k")] * 8) == {"done": 8}
    assert len(ledger.taken) == 1
    assert Payment.objects.count() == 1


def test_eight_full_refunds_give_back_once(order, ledger):
    paying(order, "k")()
    payment = Payment.objects.get()
    ended = at_once([refunding(payment, None, f"r{n}") for n in range(8)])
    assert ended == {"done": 1, "refund_too_large": 7}
    assert [str(money) for money in ledger.given_back.values()] == ["34.90 EUR"]


def test_eight_refunds_of_a_third_give_back_three_at_most(order, ledger):
    paying(order, "k")()
    payment = Payment.objects.get()
    ended = at_once([refunding(payment, "11.00", f"r{n}") for n in range(8)])
    assert ended == {"done": 3, "refund_too_large": 5}
    payment.refresh_from_db()
    assert str(payment.refunded) == "33.00 EUR"
    assert len(ledger.given_back) == 3


def test_cancelation_against_payment_ends_paid_or_refunded(order, ledger):
    def cancel() -> None:
        orders.cancel_order(
            store=order.store,
            order_id=order.public_id,
            by=order.customer,
            reason="",
            now=timezone.now(),
        )

    at_once([cancel, paying(order, "k"), cancel])
    events.deliver_pending()
    order.refresh_from_db()
    assert order.state == "canceled"
    assert len(ledger.given_back) == len(ledger.taken) <= 1
    assert Refund.objects.filter(state="succeeded").count() == len(ledger.taken)


def test_the_sweep_against_payment_ends_paid_with_stock_or_refunded(order, ledger):
    Reservation.objects.update(expires_at=timezone.now())
    sweep = partial(inventory.sweep_expired_reservations, now=timezone.now())
    at_once([sweep, paying(order, "k"), sweep])
    events.deliver_pending()
    order.refresh_from_db()
    assert (order.state, len(ledger.taken), len(ledger.given_back)) in [
        ("paid", 1, 0),
        ("canceled", 1, 1),
        ("canceled", 0, 0),
    ]
    left = 9 if order.state == "paid" else 10
    assert sorted(StockItem.objects.values_list("on_hand", "reserved")) == [(left, 0)] * 3


def test_relays_at_once_give_back_once(order, ledger):
    paying(order, "k")()
    orders.cancel_order(
        store=order.store, order_id=order.public_id, by=None, reason="", now=timezone.now()
    )
    payment = Payment.objects.get()
    act = partial(services.return_payment, payment_id=payment.public_id, reason="canceled")
    at_once([events.deliver_pending, events.deliver_pending, act, act])
    assert len(ledger.given_back) == 1
    assert Refund.objects.get().state == "succeeded"
