"""Money that does not match, and money that nobody needs any more."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.core.money import Money
from apps.events import services as events
from apps.events.models import Delivery, OutboxEvent
from apps.inventory.models import StockItem
from apps.orders import services as orders
from apps.orders.models import Invoice, Order
from apps.payments import services
from apps.payments.errors import (
    GatewayUnavailable,
    PaymentInProgress,
    PaymentNotHeld,
    RefundRefused,
)
from apps.payments.gateways import ChargeOutcome
from apps.payments.models import Payment, Refund
from apps.payments.tests.factories import cancel_order, pay_order, place_order


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def names(prefix: str) -> list[str]:
    rows = OutboxEvent.objects.filter(name__startswith=prefix).order_by("pk")
    return list(rows.values_list("name", flat=True))


def ask_again(payment: Payment) -> services.Reconciliation:
    """As staff do by "Ask the gateway"."""
    rows = Payment.objects.filter(pk=payment.pk)
    rows = rows.select_related("store", "order__store", "order__customer")
    (result,) = services.reconcile_payments(payments=rows)
    return result


def send_back(payment: Payment, staff) -> Payment:
    return services.return_held_payment(store=payment.store, payment_id=payment.public_id, by=staff)


def nothing_was_sold(order: Order) -> None:
    order.refresh_from_db()
    assert order.state == "pending"
    assert not Invoice.objects.exists()
    assert sorted(StockItem.objects.values_list("on_hand", "reserved")) == [(10, 1)] * 3
    assert names("order.paid") == []


WRONG = [
    ({"amount": euros("34.89")}, "amount: 34.89 EUR instead of 34.90 EUR"),
    ({"amount": euros("0.01")}, "amount: 0.01 EUR instead of 34.90 EUR"),
    ({"amount": euros("3490.00")}, "amount: 3490.00 EUR instead of 34.90 EUR"),
    ({"amount": Money(Decimal("34.90"), "USD")}, "amount: 34.90 USD instead of 34.90 EUR"),
    ({"livemode": True}, "livemode: test money where real money is due, or the other way round"),
]


@pytest.fixture
def acting(order, ledger) -> Payment:
    """A payment whose payer is at 3-D Secure."""
    return pay_order(order, "action")


@pytest.fixture
def held(acting, ledger, tell) -> Payment:
    """A payment that took a cent too little."""
    ledger.change(acting.gateway_reference, outcome=ChargeOutcome.CAPTURED, amount=euros("34.89"))
    assert tell(charge=acting.gateway_reference).status_code == 200
    acting.refresh_from_db()
    assert acting.held_reason
    return acting


@pytest.mark.parametrize("outcome", [ChargeOutcome.CAPTURED, ChargeOutcome.AUTHORIZED])
@pytest.mark.parametrize(("values", "reason"), WRONG)
def test_money_that_does_not_match_is_held_for_staff(
    order, acting, ledger, tell, outcome, values, reason
):
    ledger.change(acting.gateway_reference, outcome=outcome, **values)
    for _ in range(2):
        assert tell(charge=acting.gateway_reference).status_code == 200
    acting.refresh_from_db()
    assert (acting.state, acting.held_reason) == ("requires_action", reason)
    assert acting.check_at is None
    nothing_was_sold(order)
    assert order.attention == "payment_held"
    (fact,) = OutboxEvent.objects.filter(name="payment.held")
    assert fact.payload == {"order_id": str(order.public_id), "reason": reason}
    assert names("order.flagged") == ["order.flagged"]


def test_a_charge_that_names_another_order_is_held(order, acting, ledger, tell, shopper):
    other = place_order(customer=shopper)
    charge = ledger.change(acting.gateway_reference, outcome=ChargeOutcome.CAPTURED)
    ledger.change(charge.reference, metadata={**charge.metadata, "order": str(other.public_id)})
    tell(charge=charge.reference)
    acting.refresh_from_db()
    other.refresh_from_db()
    assert acting.held_reason == "order: the charge names another one"
    assert (other.state, other.attention) == ("pending", "")
    order.refresh_from_db()
    assert (order.state, order.attention) == ("pending", "payment_held")


def test_a_second_charge_for_one_payment_is_held(order, acting, ledger, tell):
    first = ledger.charges[acting.gateway_idempotency_key]
    second = replace(first, reference="another", outcome=ChargeOutcome.CAPTURED)
    ledger.charges["another key"] = second
    tell(charge="another")
    acting.refresh_from_db()
    assert acting.held_reason == f"charge: another beside {first.reference}"
    assert acting.gateway_reference == first.reference
    nothing_was_sold(order)


def test_held_for_a_second_charge_the_first_is_not_sent_back(order, acting, ledger, tell, staff):
    first = ledger.charges[acting.gateway_idempotency_key]
    ledger.charges["another key"] = replace(
        first, reference="another", outcome=ChargeOutcome.CAPTURED
    )
    tell(charge="another")
    with pytest.raises(PaymentNotHeld, match="another beside"):
        send_back(acting, staff)
    assert ledger.given_back == {}
    assert ledger.charges[acting.gateway_idempotency_key] == first


def test_a_second_charge_beside_a_captured_one_is_shown_to_staff(order, ledger, tell):
    payment = pay_order(order)
    ledger.charges["another key"] = replace(
        ledger.charges[payment.gateway_idempotency_key], reference="another"
    )
    tell(charge="another")
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.state, order.state) == ("captured", "paid")
    assert order.attention == "payment_held"
    assert Invoice.objects.count() == 1


def test_a_charge_that_does_not_match_is_held_when_it_is_answered_too(order, ledger, monkeypatch):
    charge = ledger.charge

    def too_little(gateway, request):
        return replace(charge(gateway, request), amount=euros("1.00"))

    monkeypatch.setattr(ledger, "charge", too_little)
    payment = pay_order(order)
    assert payment.held_reason == "amount: 1.00 EUR instead of 34.90 EUR"
    assert payment.state == "created"
    nothing_was_sold(order)


def test_a_held_payment_is_not_asked_about_by_itself(order, held, ledger):
    assert services.check_payments(now=timezone.now() + timedelta(days=30)) == 0
    assert services.check_payment(payment=held, now=timezone.now()).held_reason
    nothing_was_sold(order)


def test_asked_again_a_held_payment_is_taken_when_the_gateway_now_says_right(
    order, held, ledger, promises_kept
):
    assert ask_again(held).problem == "amount: 34.89 EUR instead of 34.90 EUR"
    nothing_was_sold(order)
    ledger.change(held.gateway_reference, amount=euros("34.90"))
    result = ask_again(held)
    assert (result.problem, result.payment.state, result.is_healed) == ("", "captured", True)
    order.refresh_from_db()
    assert order.state == "paid"
    assert Invoice.objects.count() == 1
    promises_kept()


def test_what_really_came_is_sent_back_once(order, held, ledger, staff, promises_kept):
    sent = send_back(held, staff)
    assert (sent.state, sent.held_reason, sent.failure_code) == ("canceled", "", "did_not_match")
    assert [str(money) for money in ledger.given_back.values()] == ["34.89 EUR"]
    fact = OutboxEvent.objects.get(name="payment.sent_back")
    assert fact.payload["amount"] == {"amount": "34.89", "currency": "EUR"}
    assert fact.actor == f"user:{staff.public_id}"
    with pytest.raises(PaymentNotHeld):
        send_back(held, staff)
    assert len(ledger.given_back) == 1
    nothing_was_sold(order)
    assert pay_order(order, key="again").state == "captured"
    promises_kept()


@pytest.mark.parametrize("amount", ["34.89", "34.90"])
def test_what_was_sent_back_is_at_its_end_whatever_is_told_of_it_later(
    order, held, ledger, tell, staff, amount
):
    send_back(held, staff)
    orders.clear_flag(store=order.store, order_id=order.public_id, by=staff)
    ledger.change(held.gateway_reference, amount=euros(amount))
    tell(charge=held.gateway_reference)
    assert ask_again(held).problem == ""
    held.refresh_from_db()
    order.refresh_from_db()
    assert (held.state, held.held_reason, order.state, order.attention) == (
        "canceled",
        "",
        "pending",
        "",
    )


def test_what_was_only_authorized_is_let_go_and_not_refunded(order, acting, ledger, tell, staff):
    ledger.change(acting.gateway_reference, outcome=ChargeOutcome.AUTHORIZED, amount=euros("34.89"))
    tell(charge=acting.gateway_reference)
    assert send_back(acting, staff).state == "canceled"
    assert ledger.charges[acting.gateway_idempotency_key].outcome == "canceled"
    assert ledger.given_back == {}
    fact = OutboxEvent.objects.get(name="payment.sent_back")
    assert fact.payload["amount"] == {"amount": "0.00", "currency": "EUR"}


def test_an_order_that_was_paid_on_money_that_was_sent_back_is_left_to_staff(
    order, ledger, tell, staff
):
    """Authorized as agreed, captured in part in the gateway's dashboard."""
    order.store.capture_at_shipment = True
    order.store.save()
    payment = pay_order(order)
    ledger.change(payment.gateway_reference, outcome=ChargeOutcome.CAPTURED, amount=euros("30.00"))
    tell(charge=payment.gateway_reference)
    orders.clear_flag(store=order.store, order_id=order.public_id, by=staff)
    send_back(payment, staff)
    order.refresh_from_db()
    assert (order.state, order.attention) == ("paid", "authorization_lost")
    assert [str(money) for money in ledger.given_back.values()] == ["30.00 EUR"]


def test_wrong_money_for_a_payment_that_had_ended_is_sent_back_too(
    order, acting, ledger, tell, staff, promises_kept
):
    tell(charge=acting.gateway_reference, outcome="failed")
    ledger.change(acting.gateway_reference, outcome=ChargeOutcome.CAPTURED, amount=euros("34.89"))
    tell(charge=acting.gateway_reference)
    acting.refresh_from_db()
    assert (acting.state, acting.held_reason) == (
        "failed",
        "amount: 34.89 EUR instead of 34.90 EUR",
    )
    assert send_back(acting, staff).state == "canceled"
    assert [str(money) for money in ledger.given_back.values()] == ["34.89 EUR"]
    promises_kept()


def test_a_silent_gateway_leaves_it_held_and_the_next_try_gives_back_once(
    order, held, ledger, staff
):
    ledger.silent_after = True
    with pytest.raises(GatewayUnavailable):
        send_back(held, staff)
    held.refresh_from_db()
    assert held.held_reason
    ledger.silent_after = False
    assert send_back(held, staff).state == "canceled"
    assert len(ledger.given_back) == 1


def test_what_the_gateway_does_not_send_back_stays_held(order, held, ledger, staff):
    ledger.refuses_refunds = True
    with pytest.raises(RefundRefused) as refusal:
        send_back(held, staff)
    assert refusal.value.extensions == {"failure_code": "account_closed"}
    held.refresh_from_db()
    assert held.held_reason
    assert ledger.given_back == {}


def test_only_what_is_held_is_sent_back(order, ledger, staff):
    payment = pay_order(order)
    with pytest.raises(PaymentNotHeld):
        send_back(payment, staff)
    assert ledger.given_back == {}
    assert Payment.objects.get().state == "captured"


def test_a_held_payment_stands_in_the_way_of_another(order, held, ledger):
    with pytest.raises(PaymentInProgress):
        pay_order(order, key="another")
    assert Payment.objects.count() == 1
    nothing_was_sold(order)


def test_an_order_that_expires_leaves_what_is_held_to_staff(order, held, ledger, staff):
    cancel_order(order)
    events.deliver_pending()
    held.refresh_from_db()
    assert held.held_reason
    assert ledger.given_back == {}
    assert Delivery.objects.exclude(state="done").count() == 0
    send_back(held, staff)
    assert [str(money) for money in ledger.given_back.values()] == ["34.89 EUR"]


# --- money twice ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ended", ["failed", "canceled"])
def test_money_for_an_order_that_another_payment_paid_goes_back_once(
    order, ledger, tell, ended, promises_kept
):
    first = pay_order(order, "action", key="first")
    tell(charge=first.gateway_reference, outcome=ended)
    second = pay_order(order, "good", key="second")
    assert second.state == "captured"

    ledger.change(first.gateway_reference, outcome=ChargeOutcome.CAPTURED)
    for _ in range(3):
        tell(charge=first.gateway_reference)
    first.refresh_from_db()
    assert (first.state, first.is_surplus) == ("captured", True)
    assert names("payment.unfillable") == ["payment.unfillable"]

    for _ in range(2):
        events.deliver_pending()
    first.refresh_from_db()
    second.refresh_from_db()
    order.refresh_from_db()
    assert (str(first.refunded), str(second.refunded)) == ("34.90 EUR", "0.00 EUR")
    assert [str(money) for money in ledger.given_back.values()] == ["34.90 EUR"]
    assert (order.state, order.attention) == ("paid", "")
    assert list(Invoice.objects.values_list("kind", flat=True)) == ["invoice"]
    assert sorted(StockItem.objects.values_list("on_hand", "reserved")) == [(9, 0)] * 3
    promises_kept()


def test_money_that_comes_while_another_payment_waits_for_its_payer_goes_back(
    order, ledger, tell, promises_kept
):
    first = pay_order(order, "action", key="first")
    tell(charge=first.gateway_reference, outcome="failed")
    second = pay_order(order, "action", key="second")
    ledger.change(first.gateway_reference, outcome=ChargeOutcome.CAPTURED)
    tell(charge=first.gateway_reference)
    events.deliver_pending()
    assert [str(money) for money in ledger.given_back.values()] == ["34.90 EUR"]
    order.refresh_from_db()
    assert order.state == "pending"
    ledger.change(second.gateway_reference, outcome=ChargeOutcome.CAPTURED)
    tell(charge=second.gateway_reference)
    events.deliver_pending()
    order.refresh_from_db()
    assert order.state == "paid"
    assert len(ledger.given_back) == 1
    promises_kept()


def test_a_refund_of_an_order_leaves_surplus_money_out(order, ledger, tell, staff, promises_kept):
    first = pay_order(order, "action", key="first")
    tell(charge=first.gateway_reference, outcome="failed")
    second = pay_order(order, "good", key="second")
    ledger.change(first.gateway_reference, outcome=ChargeOutcome.CAPTURED)
    tell(charge=first.gateway_reference)
    cancel_order(order, by=staff)
    events.deliver_pending()
    assert sorted(str(money) for money in ledger.given_back.values()) == ["34.90 EUR"] * 2
    assert Refund.objects.filter(payment=second, state="succeeded").count() == 1
    notes = Invoice.objects.filter(kind="credit_note")
    assert [str(note.total) for note in notes] == ["34.90 EUR"]
    promises_kept()
