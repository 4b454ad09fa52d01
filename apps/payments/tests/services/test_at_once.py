"""Many at once, each in a thread and on a connection of its own."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.core.money import Money
from apps.events import services as events
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.models import Reservation, StockItem
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments import services
from apps.payments.gateways import ChargeOutcome
from apps.payments.models import Payment, ProviderEvent, Refund
from apps.payments.tests.factories import cancel_order, pay_order, place_order
from tests.threads import at_once as threads_at_once
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


# --- webhooks -------------------------------------------------------------------------------------


@pytest.fixture
def acting(order, ledger) -> Payment:
    """A payment whose payer is at 3-D Secure, and succeeds there."""
    payment = pay_order(order, "action")
    ledger.change(payment.gateway_reference, outcome=ChargeOutcome.CAPTURED)
    return payment


def telling(payment: Payment, event_id: str = "", outcome: str = "") -> Callable[[], object]:
    told = {"charge": payment.gateway_reference, "id": event_id, "outcome": outcome}
    return lambda: services.receive_webhook(
        gateway="ledger",
        body=json.dumps(told).encode(),
        headers={"Ledger-Signature": "truly"},
        now=timezone.now(),
    )


def facts(name: str) -> int:
    return OutboxEvent.objects.filter(name=name).count()


@pytest.mark.parametrize("event_ids", [["evt"] * 10, [f"evt_{n}" for n in range(10)]])
def test_ten_webhooks_at_once_take_effect_once(order, acting, event_ids, promises_kept):
    assert at_once([telling(acting, event_id) for event_id in event_ids]) == {"done": 10}
    assert (facts("payment.captured"), facts("order.paid"), facts("invoice.issued")) == (1, 1, 1)
    assert ProviderEvent.objects.filter(state="applied").count() == len(set(event_ids))
    promises_kept()


def test_all_that_a_gateway_tells_at_once_ends_where_it_ends(order, acting, promises_kept):
    news = [
        "requires_action",
        "processing",
        "processing",
        "captured",
        "captured",
        "requires_action",
    ]
    assert at_once([telling(acting, outcome=one) for one in news]) == {"done": 6}
    acting.refresh_from_db()
    order.refresh_from_db()
    assert (acting.state, order.state, facts("order.paid")) == ("captured", "paid", 1)
    promises_kept()


def test_webhook_against_cancelation_ends_paid_or_refunded(order, ledger, acting, promises_kept):
    at_once([telling(acting), partial(cancel_order, order), telling(acting)])
    events.deliver_pending()
    order.refresh_from_db()
    assert (order.state, len(ledger.given_back)) in [("paid", 0), ("canceled", 1)]
    promises_kept()


def test_webhook_against_the_sweep_ends_paid_with_stock_or_refunded(
    order, ledger, acting, promises_kept
):
    Reservation.objects.update(expires_at=timezone.now())
    sweep = partial(inventory.sweep_expired_reservations, now=timezone.now())
    at_once([sweep, telling(acting), sweep, events.deliver_pending])
    events.deliver_pending()
    order.refresh_from_db()
    assert (order.state, len(ledger.given_back)) in [("paid", 0), ("canceled", 1)]
    left = 9 if order.state == "paid" else 10
    assert sorted(StockItem.objects.values_list("on_hand", "reserved")) == [(left, 0)] * 3
    promises_kept()


def test_webhook_check_and_another_attempt_at_once_charge_once(
    order, ledger, acting, promises_kept
):
    check = partial(services.check_payments, now=timezone.now() + timedelta(minutes=6))
    ended = at_once([telling(acting), check, check, paying(order, "another"), telling(acting)])
    assert ended["done"] == 4
    assert len(ledger.taken) == 1
    order.refresh_from_db()
    assert (order.state, facts("order.paid")) == ("paid", 1)
    promises_kept()


def test_a_parked_event_is_applied_once_by_four_workers(order, acting, promises_kept):
    Payment.objects.update(gateway="another")
    telling(acting)()
    Payment.objects.update(gateway="ledger")
    now = timezone.now() + timedelta(minutes=1)
    applied = threads_at_once(*[partial(services.apply_parked_events, now=now)] * 4)
    assert sum(applied) == 1
    assert facts("order.paid") == 1
    promises_kept()


def test_money_that_did_not_match_is_sent_back_once_by_eight_of_staff(order, ledger, acting):
    ledger.change(acting.gateway_reference, amount=Money(Decimal("1.00"), "EUR"))
    telling(acting)()
    act = partial(
        services.return_held_payment, store=order.store, payment_id=acting.public_id, by=None
    )
    assert at_once([act] * 8)["done"] == 1
    assert [str(money) for money in ledger.given_back.values()] == ["1.00 EUR"]
    assert facts("payment.sent_back") == 1


def test_refund_webhooks_and_refunds_at_once_never_exceed_what_came(order, ledger, promises_kept):
    paying(order, "k")()
    payment = Payment.objects.get()
    by_hand = ledger.refund_by_hand(payment.gateway_reference, Money(Decimal("20.00"), "EUR"))

    def tell() -> None:
        services.receive_webhook(
            gateway="ledger",
            body=json.dumps({"refund": by_hand.reference}).encode(),
            headers={"Ledger-Signature": "truly"},
            now=timezone.now(),
        )

    at_once([tell, tell, refunding(payment, "20.00", "a"), refunding(payment, "20.00", "b"), tell])
    payment.refresh_from_db()
    assert str(payment.refunded) == "20.00 EUR"
    assert Refund.objects.count() == 1
    promises_kept()
