"""Whoever waits for a gateway holds no row."""

import inspect
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from apps.core.transactions import TransactionForbidden
from apps.events import services as events
from apps.events.models import Delivery
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments import services, subscribers
from apps.payments.gateways import ChargeOutcome, Gateway
from apps.payments.models import Payment, Refund
from apps.payments.tests.factories import cancel_order, pay_order, place_order

ASKS_NOBODY = {"accepts", "livemode", "read_notice"}
LEAVES = {"charge", "withdraw", "find_charge", "capture", "refund", "find_refund"}


@pytest.fixture
def asked(ledger, monkeypatch) -> dict[str, set[str]]:
    """Each method of the gateway that leaves the process, and which services have called it."""
    calls: dict[str, set[str]] = {name: set() for name in LEAVES}

    def noting(name: str, method: Callable[..., object]) -> Callable[..., object]:
        def call(*args, **options):
            stack = {frame.function for frame in inspect.stack()}
            calls[name] |= stack & set(services.__all__)
            return method(*args, **options)

        return call

    for name in LEAVES:
        monkeypatch.setattr(ledger, name, noting(name, getattr(ledger, name)))
    return calls


def one_payment_of(order: Order) -> Payment:
    return Payment.objects.select_related("store", "order__store", "order__customer").get(
        order=order
    )


def later(days: int = 1) -> datetime:
    return timezone.now() + timedelta(days=days)


def test_a_gateway_has_these_methods():
    methods = {name for name in vars(Gateway) if not name.startswith("_")}
    assert methods - {"name"} == ASKS_NOBODY | LEAVES


def test_the_tests_own_gateway_works_in_no_transaction_either(ledger):
    guarded = {name for name in LEAVES if hasattr(getattr(ledger, name), "__wrapped__")}
    assert guarded == LEAVES


def test_every_service_asks_the_gateway_outside_of_transactions(
    order, ledger, asked, shopper, store, staff, tell
):
    """The gateway of the tests refuses to work in a transaction, so that nothing here fails is
    the proof; which service has asked for what is only to show that each had its turn."""
    pay_order(order, "action", key="first")
    payment = pay_order(order, "slow", key="second")
    services.check_payments(now=later())
    ledger.refunds_later = True
    services.refund_payment(
        store=store, payment_id=payment.public_id, idempotency_key="r", by=staff
    )
    services.check_refunds(now=later())

    canceled = place_order(customer=shopper)
    pay_order(canceled)
    cancel_order(canceled)
    events.deliver_pending()

    store.capture_at_shipment = True
    store.save()
    shipped = place_order(customer=shopper)
    pay_order(shipped)
    orders.ship_order(store=store, order_id=shipped.public_id, by=None, now=timezone.now())
    services.check_payments(now=later())
    list(services.reconcile_payments(payments=[one_payment_of(shipped)]))

    held = place_order(customer=shopper)
    wrong = pay_order(held, "action")
    ledger.change(wrong.gateway_reference, outcome=ChargeOutcome.CAPTURED, livemode=True)
    tell(charge=wrong.gateway_reference)
    services.return_held_payment(store=store, payment_id=wrong.public_id, by=staff)

    assert asked == {
        "charge": {"pay_order"},
        "withdraw": {"pay_order", "withdraw_payment", "return_held_payment"},
        "find_charge": {"check_payment", "check_payments", "reconcile_payments"},
        "capture": {"capture_order_payment", "check_payment", "check_payments"},
        "refund": {
            "complete_refund",
            "refund_payment",
            "return_held_payment",
            "return_order_payments",
            "return_payment",
        },
        "find_refund": {"check_refunds", "complete_refund"},
    }


def calls(order: Order, payment: Payment, refund: Refund, delivery: Delivery):
    """Every service that leaves the process, and every subscriber that calls one."""
    store, by, now = order.store, order.customer, timezone.now()
    return {
        "pay_order": lambda: pay_order(order, key="another"),
        "check_payment": lambda: services.check_payment(payment=payment, now=now),
        "check_payments": lambda: services.check_payments(now=now),
        "check_refunds": lambda: services.check_refunds(now=now),
        "withdraw_payment": lambda: services.withdraw_payment(payment=payment, by=by),
        "capture_order_payment": lambda: services.capture_order_payment(order_id=order.public_id),
        "capture_payment": lambda: services.capture_payment(
            store=store, order_id=order.public_id, by=by
        ),
        "refund_payment": lambda: services.refund_payment(
            store=store, payment_id=payment.public_id, idempotency_key="x", by=by
        ),
        "complete_refund": lambda: services.complete_refund(refund=refund, by=by),
        "return_payment": lambda: services.return_payment(payment_id=payment.public_id, reason="x"),
        "return_order_payments": lambda: services.return_order_payments(order_id=order.public_id),
        "return_held_payment": lambda: services.return_held_payment(
            store=store, payment_id=payment.public_id, by=by
        ),
        "reconcile_payments": lambda: list(services.reconcile_payments(payments=[payment])),
        "return_payments_of_canceled_order": lambda: subscribers.return_payments_of_canceled_order(
            delivery
        ),
    }


@pytest.mark.parametrize(
    "name",
    [
        "pay_order",
        "check_payment",
        "check_payments",
        "check_refunds",
        "withdraw_payment",
        "capture_order_payment",
        "capture_payment",
        "refund_payment",
        "complete_refund",
        "return_payment",
        "return_order_payments",
        "return_held_payment",
        "reconcile_payments",
        "return_payments_of_canceled_order",
    ],
)
def test_whatever_leaves_the_process_refuses_to_be_called_in_a_transaction(
    order, ledger, shopper, name
):
    payment = pay_order(order, "slow")
    cancel_order(order)
    refund = Refund(payment=payment, store=payment.store, amount=1, currency="EUR")
    delivery = Delivery.objects.get(subscriber="payments.return_payments_of_canceled_order")
    act = calls(order, payment, refund, delivery)[name]
    with transaction.atomic(), pytest.raises(TransactionForbidden):
        act()
    payment.refresh_from_db()
    assert (payment.state, payment.refunds.count()) == ("processing", 0)
    assert len(ledger.charges) == 1
