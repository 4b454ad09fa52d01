"""What gateways tell by webhook comes late, twice and in any order: the end is the same."""

import json
from itertools import permutations

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.events import services as events
from apps.events.models import OutboxEvent
from apps.inventory.models import StockItem
from apps.orders.models import Invoice, Order
from apps.payments import services
from apps.payments.gateways import ChargeOutcome
from apps.payments.models import Payment, Refund
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
