"""A store that takes the money when the goods leave."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent
from apps.inventory.models import StockItem
from apps.orders import services as orders
from apps.orders.models import Invoice, Order
from apps.payments import services
from apps.payments.gateways import ChargeOutcome
from apps.payments.models import Payment
from apps.payments.tests.factories import cancel_order, pay_order, place_order


@pytest.fixture
def order(shopper, store) -> Order:
    """An order in a store that charges at shipment."""
    store.capture_at_shipment = True
    store.save()
    return place_order(customer=shopper)


@pytest.fixture
def authorized(order, ledger) -> Payment:
    payment = pay_order(order)
    assert payment.state == "authorized"
    return payment


def ship(order: Order, *lines) -> None:
    orders.ship_order(
        store=order.store,
        order_id=order.public_id,
        lines=[orders.ShippedLine(line_id=line.public_id, quantity=1) for line in lines] or None,
        by=None,
        now=timezone.now(),
    )


def deliver_again() -> None:
    """The pauses between two tries are over."""
    Delivery.objects.filter(state="pending").update(next_attempt_at=timezone.now())
    events.deliver_pending()


def names(prefix: str) -> list[str]:
    rows = OutboxEvent.objects.filter(name__startswith=prefix).order_by("pk")
    return list(rows.values_list("name", flat=True))


def test_an_authorized_order_is_paid_and_has_no_invoice_yet(order, authorized, ledger):
    order.refresh_from_db()
    assert (order.state, ledger.taken) == ("paid", {})
    assert not Invoice.objects.exists()
    assert (authorized.authorized_at is not None, authorized.captured_at) == (True, None)
    assert names("payment.") == ["payment.created", "payment.authorized"]
    assert sorted(StockItem.objects.values_list("on_hand", "reserved")) == [(9, 0)] * 3


def test_the_first_parcel_takes_all_the_money_once(order, authorized, ledger, promises_kept):
    first, second, third = order.lines.all()
    ship(order, first)
    for _ in range(2):
        events.deliver_pending()
    authorized.refresh_from_db()
    assert authorized.state == "captured"
    assert [str(money) for money in ledger.taken.values()] == ["34.90 EUR"]
    assert [str(one.total) for one in Invoice.objects.all()] == ["34.90 EUR"]

    ship(order, second, third)
    events.deliver_pending()
    assert names("payment.") == ["payment.created", "payment.authorized", "payment.captured"]
    assert names("invoice.") == ["invoice.issued"]
    assert names("order.p") == ["order.placed", "order.paid"]
    order.refresh_from_db()
    assert order.state == "shipped"
    assert sorted(StockItem.objects.values_list("on_hand", "reserved")) == [(9, 0)] * 3
    promises_kept()


def test_an_order_canceled_before_anything_left_costs_nothing(
    order, authorized, ledger, promises_kept
):
    cancel_order(order)
    events.deliver_pending()
    authorized.refresh_from_db()
    order.refresh_from_db()
    assert (authorized.state, ledger.taken, ledger.given_back) == ("canceled", {}, {})
    assert ledger.charges[authorized.gateway_idempotency_key].outcome == "canceled"
    assert (order.state, order.attention) == ("canceled", "")
    assert not Invoice.objects.exists()
    assert sorted(StockItem.objects.values_list("on_hand", "reserved")) == [(10, 0)] * 3
    promises_kept()


def test_a_cancelation_that_comes_too_late_is_refunded(order, authorized, ledger, promises_kept):
    ledger.change(authorized.gateway_reference, outcome=ChargeOutcome.CAPTURED)
    cancel_order(order)
    events.deliver_pending()
    authorized.refresh_from_db()
    assert (authorized.state, str(authorized.refunded)) == ("captured", "34.90 EUR")
    assert [str(money) for money in ledger.given_back.values()] == ["34.90 EUR"]
    order.refresh_from_db()
    assert order.state == "canceled"
    promises_kept()


@pytest.mark.parametrize("outcome", ["canceled", "failed"])
def test_an_authorization_that_was_lost_is_shown_to_staff(order, authorized, tell, outcome):
    for _ in range(2):
        tell(charge=authorized.gateway_reference, outcome=outcome)
    authorized.refresh_from_db()
    order.refresh_from_db()
    assert authorized.state == outcome
    assert (order.state, order.attention) == ("paid", "authorization_lost")
    assert names("order.flagged") == ["order.flagged"]


def test_an_authorization_that_has_run_out_when_the_goods_leave_is_shown_to_staff(
    order, authorized, ledger
):
    ledger.change(authorized.gateway_reference, outcome=ChargeOutcome.CANCELED)
    ship(order)
    events.deliver_pending()
    authorized.refresh_from_db()
    order.refresh_from_db()
    assert (authorized.state, order.state) == ("canceled", "shipped")
    assert order.attention == "authorization_lost"
    assert (ledger.taken, Invoice.objects.count()) == ({}, 0)


def test_a_capture_whose_answer_was_lost_is_delivered_again_and_taken_once(
    order, authorized, ledger, promises_kept
):
    ledger.silent_after = True
    ship(order)
    events.deliver_pending()
    authorized.refresh_from_db()
    assert authorized.state == "authorized"
    ledger.silent_after = False
    deliver_again()
    authorized.refresh_from_db()
    assert authorized.state == "captured"
    assert len(ledger.taken) == 1
    assert Invoice.objects.count() == 1
    promises_kept()


@pytest.mark.parametrize("parcels", ["all", "one"])
def test_a_capture_that_nobody_delivers_is_made_by_the_next_check(
    order, authorized, ledger, parcels, promises_kept
):
    ledger.silent_before = True
    ship(order, *(order.lines.all()[:1] if parcels == "one" else []))
    events.deliver_pending()
    Delivery.objects.filter(state="pending").update(state="dead")
    authorized.refresh_from_db()
    assert authorized.attempts == 1
    assert authorized.check_at <= timezone.now() + timedelta(seconds=10)

    ledger.silent_before = False
    assert services.check_payments(now=timezone.now() + timedelta(seconds=11)) == 1
    authorized.refresh_from_db()
    assert authorized.state == "captured"
    assert len(ledger.taken) == 1
    assert Invoice.objects.count() == 1


def test_an_authorization_is_asked_about_every_six_hours_while_it_waits(order, authorized, ledger):
    now = timezone.now()
    assert timedelta(hours=5, minutes=59) < authorized.check_at - now <= timedelta(hours=6)
    assert services.check_payments(now=now + timedelta(hours=7)) == 0
    authorized.refresh_from_db()
    assert (authorized.state, ledger.taken) == ("authorized", {})
    ledger.change(authorized.gateway_reference, outcome=ChargeOutcome.CANCELED)
    assert services.check_payments(now=now + timedelta(hours=14)) == 1
    order.refresh_from_db()
    assert order.attention == "authorization_lost"


def test_silences_about_an_authorization_cancel_nothing_that_is_paid(order, authorized, ledger):
    Payment.objects.update(attempts=99, check_at=timezone.now())
    assert services.check_payments(now=timezone.now()) == 0
    order.refresh_from_db()
    assert order.state == "paid"


def test_a_payment_that_is_captured_already_is_left_alone(shopper, store, ledger):
    order = place_order(customer=shopper)
    pay_order(order)
    ship(order)
    events.deliver_pending()
    services.capture_order_payment(order_id=order.public_id)
    assert len(ledger.taken) == 1
    assert names("payment.") == ["payment.created", "payment.captured"]


def test_a_refund_of_what_is_only_authorized_is_refused(order, authorized, staff_client):
    answer = staff_client.post(
        f"/api/v1/payments/{authorized.public_id}/refunds", {}, headers={"Idempotency-Key": "r"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "payment_not_refundable")
    assert answer.json()["state"] == "authorized"


def test_sold_out_before_the_authorization_came_the_money_is_let_go(
    order, ledger, tell, promises_kept
):
    acting = pay_order(order, "action")
    cancel_order(order)  # as the sweep does when the time is up
    ledger.change(acting.gateway_reference, outcome=ChargeOutcome.AUTHORIZED)
    tell(charge=acting.gateway_reference)
    acting.refresh_from_db()
    assert acting.state == "authorized"
    assert names("payment.unfillable") == ["payment.unfillable"]
    events.deliver_pending()
    acting.refresh_from_db()
    assert (acting.state, ledger.taken, ledger.given_back) == ("canceled", {}, {})
    promises_kept()
