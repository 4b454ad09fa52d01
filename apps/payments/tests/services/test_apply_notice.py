"""What gateways tell by webhook comes late, twice and in any order: the end is the same."""

import json
from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.money import Money
from apps.events import services as events
from apps.events.models import OutboxEvent
from apps.inventory.models import StockItem
from apps.orders.models import Invoice, Order
from apps.payments import services
from apps.payments.errors import GatewayUnavailable
from apps.payments.gateways import ChargeOutcome, GatewayRefund, Notice, RefundOutcome
from apps.payments.models import Payment, ProviderEvent, Refund
from apps.payments.services.apply_notice import apply_notice
from apps.payments.tests.factories import cancel_order, pay_order, place_order

CAPTURED = ("captured", "", "paid", 1, [9, 9, 9])
FAILED = ("failed", "", "pending", 0, [10, 10, 10])
CANCELED = ("canceled", "", "pending", 0, [10, 10, 10])


def tell(payment: Payment, outcome: str, *, event_id: str = "") -> None:
    told = {"charge": payment.gateway_reference, "outcome": outcome, "id": event_id}
    services.receive_webhook(
        gateway="ledger",
        body=json.dumps(told).encode(),
        headers={"Ledger-Signature": "truly"},
        now=timezone.now(),
    )


def books(order: Order) -> tuple[object, ...]:
    """How it ended: the payment, what is odd about the order, the order, its invoice, the shelf."""
    order.refresh_from_db()
    variants = order.lines.values("variant")
    shelf = StockItem.objects.filter(variant__in=variants).values_list("on_hand", flat=True)
    return (
        Payment.objects.get(order=order).state,
        order.attention,
        order.state,
        Invoice.objects.filter(order=order).count(),
        sorted(shelf),
    )


def in_any_order(*news: str) -> list[tuple[str, ...]]:
    return sorted(set(permutations(news)))


@pytest.mark.parametrize(
    "told", in_any_order("requires_action", "processing", "processing", "captured")
)
def test_a_payment_that_succeeded_ends_captured(order, ledger, told):
    payment = pay_order(order, "action")
    for outcome in told:
        tell(payment, outcome)
    assert books(order) == CAPTURED
    for outcome in reversed(told):
        tell(payment, outcome)
    assert books(order) == CAPTURED


@pytest.mark.parametrize(
    ("told", "end"),
    [(told, FAILED) for told in in_any_order("requires_action", "processing", "failed")]
    + [(told, CANCELED) for told in in_any_order("requires_action", "processing", "canceled")],
)
def test_a_payment_that_came_to_nothing_ends_so(order, ledger, told, end):
    payment = pay_order(order, "action")
    for outcome in told:
        tell(payment, outcome)
    assert books(order) == end


@pytest.mark.parametrize("told", in_any_order("requires_action", "authorized", "captured"))
def test_a_payment_that_was_authorized_first_ends_captured(order, ledger, told):
    payment = pay_order(order, "action")
    for outcome in told:
        tell(payment, outcome)
    assert books(order) == CAPTURED


def test_an_authorization_that_is_heard_of_after_its_end_sells_nothing(order, ledger):
    payment = pay_order(order, "action")
    tell(payment, "canceled")
    tell(payment, "authorized")
    assert books(order) == CANCELED


def test_given_up_and_captured_all_the_same_it_is_captured(order, ledger):
    payment = pay_order(order, "action")
    tell(payment, "canceled")
    assert books(order) == CANCELED
    tell(payment, "captured")
    assert books(order) == CAPTURED
    tell(payment, "canceled")
    assert books(order) == CAPTURED


@st.composite
def histories(draw) -> tuple[list[str], str]:
    """What became of a charge, each step told some times, and all of it shuffled."""
    steps = draw(st.lists(st.sampled_from(["requires_action", "processing"]), max_size=4))
    end = draw(st.sampled_from(["captured", "failed", "canceled"]))
    copies = [step for step in [*steps, end] for _ in range(draw(st.integers(1, 3)))]
    return draw(st.permutations(copies)), end


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_whatever_comes_in_whatever_order_the_end_is_what_it_came_to(shopper, ledger, history):
    told, end = history
    order = place_order(customer=shopper)
    payment = pay_order(order, "action")
    for place, outcome in enumerate(told):
        # Every second one is the same event again.
        tell(payment, outcome, event_id=f"{payment.public_id}:{outcome}:{place % 2}")
    assert books(order) == {"captured": CAPTURED, "failed": FAILED, "canceled": CANCELED}[end]
    paid = OutboxEvent.objects.filter(name="order.paid", aggregate_id=order.public_id)
    assert paid.count() == (1 if end == "captured" else 0)


def test_money_for_an_order_that_was_canceled_goes_back_once(order, ledger, promises_kept):
    payment = pay_order(order, "action")
    cancel_order(order)
    tell(payment, "captured")
    tell(payment, "captured")
    ledger.change(payment.gateway_reference, outcome=ChargeOutcome.CAPTURED)
    events.deliver_pending()
    assert books(order) == ("captured", "", "canceled", 0, [10, 10, 10])
    assert [str(money) for money in ledger.given_back.values()] == ["34.90 EUR"]
    assert Refund.objects.get().state == "succeeded"
    promises_kept()


# --- what is held, what is nobody's, and what two have given back ---------------------------------


def test_what_is_held_is_not_let_go_by_older_news(order, ledger):
    payment = pay_order(order, "action")
    wrong = Money(Decimal("1.00"), "EUR")
    ledger.change(payment.gateway_reference, outcome=ChargeOutcome.CAPTURED, amount=wrong)
    tell(payment, "captured")
    held = Payment.objects.get()
    assert held.held_reason == "amount: 1.00 EUR instead of 34.90 EUR"
    for older in ("processing", "requires_action", "canceled"):
        tell(payment, older)
    now = Payment.objects.get()
    assert (now.state, now.held_reason, now.version) == (held.state, held.held_reason, held.version)
    assert books(order)[1:4] == ("payment_held", "pending", 0)


def refund_notice(reference: str, **told: Any) -> Notice:
    refund = GatewayRefund(reference=reference, outcome=RefundOutcome.SUCCEEDED, **told)
    return Notice(event_id=f"evt_{reference}", kind="refund.created", refund=refund)


@transaction.atomic
def take(notice: Notice) -> Payment | None:
    return apply_notice(gateway="ledger", notice=notice, now=timezone.now())


def test_a_refund_of_no_charge_is_about_nobody_s_payment(order, ledger):
    ledger.silent_before = True
    with pytest.raises(GatewayUnavailable):
        pay_order(order)
    assert Payment.objects.get().gateway_reference == ""
    assert take(refund_notice("re_1", amount=Money(Decimal("1.00"), "EUR"))) is None
    assert not Refund.objects.exists()


def test_money_given_back_without_us_waits_for_what_we_are_giving_back(order, ledger, staff):
    """Ours is under way and takes all of it; which of the two it is, its end tells."""
    payment = pay_order(order)
    ledger.silent_before = True
    with pytest.raises(GatewayUnavailable):
        services.refund_payment(
            store=order.store, payment_id=payment.public_id, idempotency_key="r", by=staff
        )
    ledger.silent_before = False
    dashboard = refund_notice(
        "re_dashboard",
        amount=Money(Decimal("34.90"), "EUR"),
        charge_reference=payment.gateway_reference,
    )
    assert take(dashboard) is None
    assert books(order)[1] == ""

    ledger.refuses_refunds = True
    services.check_refunds(now=timezone.now() + timedelta(hours=1))
    assert take(dashboard) == payment
    payment.refresh_from_db()
    assert str(payment.refunded) == "34.90 EUR"
    assert list(Refund.objects.order_by("pk").values_list("state", flat=True)) == [
        "failed",
        "succeeded",
    ]
    assert books(order)[1:3] == ("", "refunded")


def test_what_waits_belongs_to_the_store_it_names(order, ledger):
    payment = pay_order(order, "action")
    Payment.objects.update(gateway="elsewhere")
    Payment.objects.update(gateway_reference="")
    tell(payment, "captured")
    assert ProviderEvent.objects.get().state == "parked"
    assert ProviderEvent.objects.get().store == order.store
