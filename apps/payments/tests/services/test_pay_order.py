"""Where paying can stop half-way, and what happens meanwhile."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from apps.core.transactions import TransactionForbidden
from apps.events import services as events
from apps.events.models import OutboxEvent
from apps.idempotency.errors import IdempotencyKeyReused
from apps.inventory import services as inventory
from apps.inventory.models import Reservation, StockItem
from apps.orders import services as orders
from apps.orders.models import Order
from apps.payments import services
from apps.payments.errors import GatewayUnavailable
from apps.payments.models import Payment, Refund
from apps.payments.services import charge_payment as charging
from apps.payments.tests.factories import cancel_order, pay_order, place_order


class Killed(BaseException):
    """The process dies here: nothing catches it."""


def lose_reservation(order: Order) -> None:
    """The sweep has taken the stock back, and orders has not heard of it yet."""
    with transaction.atomic():
        inventory.release_stock(store=order.store, reference=order.public_id, by=None)


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).state


def names_of_events(prefix: str) -> list[str]:
    rows = OutboxEvent.objects.filter(name__startswith=prefix).order_by("pk")
    return list(rows.values_list("name", flat=True))


def test_tells_the_gateway_what_it_is_for(order, ledger):
    payment = pay_order(order)
    assert ledger.metadata == [
        {
            "order": str(order.public_id),
            "payment": str(payment.public_id),
            "store": str(order.store.public_id),
        }
    ]


def test_asks_for_the_total_of_the_order(order, ledger):
    pay_order(order)
    assert [str(money) for money in ledger.taken.values()] == ["34.90 EUR"]


def test_dies_before_the_gateway_is_asked_and_goes_on_with_the_same_key(order, ledger, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "charge", _die)
        with pytest.raises(Killed):
            pay_order(order)
    assert Payment.objects.get().state == "created"
    assert pay_order(order).state == "captured"
    assert len(ledger.taken) == 1
    assert Payment.objects.count() == 1


def test_dies_after_the_gateway_answered_and_charges_once(order, ledger, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(charging, "record_charge", _die)
        with pytest.raises(Killed):
            pay_order(order)
    assert (Payment.objects.get().state, state_of(order)) == ("created", "pending")
    assert len(ledger.taken) == 1

    payment = pay_order(order)
    assert (payment.state, state_of(order)) == ("captured", "paid")
    assert list(ledger.taken) == [payment.gateway_idempotency_key]
    assert names_of_events("payment.") == ["payment.created", "payment.captured"]


def test_goes_on_with_the_same_key_even_when_the_stock_went_back_meanwhile(
    order, ledger, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(charging, "record_charge", _die)
        with pytest.raises(Killed):
            pay_order(order)
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() + timedelta(seconds=9))
    lose_reservation(order)
    assert pay_order(order).state == "captured"
    assert state_of(order) == "paid"
    assert len(ledger.taken) == 1


def test_dies_while_recording_and_leaves_nothing_half_done(order, ledger, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(orders, "mark_order_paid", _die)
        with pytest.raises(Killed):
            pay_order(order)
    assert (Payment.objects.get().state, state_of(order)) == ("created", "pending")
    assert names_of_events("payment.") == ["payment.created"]
    assert pay_order(order).state == "captured"
    assert len(ledger.taken) == 1


def _die(*args, **kwargs):
    raise Killed


def test_a_gateway_that_is_silent_after_the_effect_charges_once(order, ledger):
    ledger.silent_after = True
    with pytest.raises(GatewayUnavailable):
        pay_order(order)
    assert Payment.objects.get().state == "created"
    ledger.silent_after = False
    assert pay_order(order).state == "captured"
    assert len(ledger.taken) == 1


def test_a_paid_order_answers_the_same_key_with_the_same_payment(order, ledger):
    first = pay_order(order)
    assert pay_order(order) == first
    assert len(ledger.taken) == 1


def test_a_declined_payment_stays_declined_under_its_key(order, ledger):
    first = pay_order(order, "bad")
    assert pay_order(order, "bad") == first
    assert first.state == "failed"
    assert ledger.taken == {}


def test_a_key_pays_one_order_in_one_way(order, ledger):
    pay_order(order, "bad")
    with pytest.raises(IdempotencyKeyReused):
        pay_order(order, "good")
    assert state_of(order) == "pending"
    assert Payment.objects.count() == 1


def test_never_calls_the_gateway_in_a_transaction(order):
    with transaction.atomic(), pytest.raises(TransactionForbidden):
        pay_order(order)


def test_a_charge_in_progress_is_captured_when_the_gateway_says_so(order, ledger):
    payment = pay_order(order, "slow")
    assert (payment.state, state_of(order)) == ("processing", "pending")
    later = timezone.now() + timedelta(minutes=5, seconds=1)
    assert services.check_payments(now=later) == 1
    payment.refresh_from_db()
    assert (payment.state, state_of(order)) == ("captured", "paid")


def test_resumes_what_nobody_asks_for_any_more(order, ledger, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(charging, "record_charge", _die)
        with pytest.raises(Killed):
            pay_order(order)
    now = timezone.now()
    assert services.check_payments(now=now + timedelta(minutes=4)) == 0
    assert services.check_payments(now=now + timedelta(minutes=6)) == 1
    assert (Payment.objects.get().state, state_of(order)) == ("captured", "paid")
    assert len(ledger.taken) == 1
    assert services.check_payments(now=now + timedelta(minutes=9)) == 0


def test_one_payment_that_cannot_be_settled_keeps_no_other_waiting(shopper, ledger):
    ledger.silent_before = True
    for _ in range(2):
        with pytest.raises(GatewayUnavailable):
            pay_order(place_order(customer=shopper))
    first = Payment.objects.order_by("pk")[0]
    Payment.objects.filter(pk=first.pk).update(gateway="gone")
    ledger.silent_before = False
    assert services.check_payments(now=timezone.now() + timedelta(hours=1)) == 1
    assert list(Payment.objects.order_by("pk").values_list("state", flat=True)) == [
        "created",
        "captured",
    ]


@pytest.mark.parametrize(
    ("heard_first", "reason"), [(True, "order could not be filled"), (False, "order canceled")]
)
def test_canceled_while_the_gateway_is_asked_the_money_goes_back_once(
    order, ledger, heard_first, reason
):
    def cancel_it() -> None:
        cancel_order(order, by=order.customer)
        if heard_first:
            events.deliver_pending()

    ledger.meanwhile = cancel_it
    payment = pay_order(order)
    assert (payment.state, state_of(order)) == ("captured", "canceled")
    assert names_of_events("payment.") == [
        "payment.created",
        "payment.captured",
        "payment.unfillable",
    ]

    events.deliver_pending()
    payment.refresh_from_db()
    assert payment.refundable.amount == 0
    assert [str(money) for money in ledger.given_back.values()] == ["34.90 EUR"]
    refund = Refund.objects.get()
    assert (refund.state, refund.reason) == ("succeeded", reason)
    assert state_of(order) == "canceled"
    assert sorted(StockItem.objects.values_list("on_hand", "reserved")) == [(10, 0)] * 3


def test_declined_while_canceled_costs_nothing(order, ledger):
    ledger.meanwhile = lambda: cancel_order(order, by=order.customer)
    assert pay_order(order, "bad").state == "failed"
    events.deliver_pending()
    assert not Refund.objects.exists()


def test_a_lost_reservation_is_made_anew_while_there_is_stock(order, ledger):
    ledger.meanwhile = lambda: lose_reservation(order)
    assert pay_order(order).state == "captured"
    assert state_of(order) == "paid"
    assert names_of_events("payment.") == ["payment.created", "payment.captured"]
    assert sorted(StockItem.objects.values_list("on_hand", "reserved")) == [(9, 0)] * 3
    assert not Reservation.objects.filter(state="active").exists()


def test_sold_out_meanwhile_the_order_is_canceled_and_the_money_goes_back_once(order, ledger):
    def others_buy_it() -> None:
        lose_reservation(order)
        item = StockItem.objects.first()
        demand = [inventory.Demand(variant_id=item.variant_id, quantity=10)]
        until = timezone.now() + timedelta(minutes=15)
        with transaction.atomic():
            inventory.reserve_stock(
                store=order.store, lines=demand, reference=uuid4(), expires_at=until, by=None
            )

    ledger.meanwhile = others_buy_it
    payment = pay_order(order)
    assert (payment.state, state_of(order)) == ("captured", "canceled")
    events.deliver_pending()
    events.deliver_pending()
    assert len(ledger.given_back) == 1
    assert Refund.objects.get().state == "succeeded"
    assert sorted(StockItem.objects.values_list("on_hand", flat=True)) == [10, 10, 10]


def test_a_paid_order_that_is_canceled_is_refunded_once(order, ledger):
    payment = pay_order(order)
    cancel_order(order, by=order.customer)
    events.deliver_pending()
    services.return_order_payments(order_id=order.public_id)
    services.return_payment(payment_id=payment.public_id, reason="again")
    assert [str(money) for money in ledger.given_back.values()] == ["34.90 EUR"]
    assert Refund.objects.get().reason == "order canceled"
    assert state_of(order) == "canceled"
    assert sorted(StockItem.objects.values_list("on_hand", "reserved")) == [(10, 0)] * 3


def test_what_staff_gave_back_before_the_cancelation_is_not_given_back_again(order, ledger, staff):
    payment = pay_order(order)
    services.refund_payment(
        store=order.store, payment_id=payment.public_id, idempotency_key="r", by=staff
    )
    services.return_payment(payment_id=payment.public_id, reason="order canceled")
    assert Refund.objects.count() == 1
    assert len(ledger.given_back) == 1


def test_a_refund_that_finds_the_gateway_silent_is_delivered_again(order, ledger):
    payment = pay_order(order)
    ledger.silent_after = True
    cancel_order(order, by=order.customer)
    events.deliver_pending()
    assert Refund.objects.get().state == "requested"
    ledger.silent_after = False
    services.return_order_payments(order_id=order.public_id)
    payment.refresh_from_db()
    assert Refund.objects.get().state == "succeeded"
    assert str(payment.refunded) == "34.90 EUR"
    assert len(ledger.given_back) == 1
