"""Where a payment may go, and that it goes nowhere else."""

from datetime import datetime

import pytest
from django.utils import timezone

from apps.events.models import OutboxEvent
from apps.orders.models import Invoice, Order
from apps.payments import services
from apps.payments.gateways import Charge, ChargeOutcome
from apps.payments.models import Payment
from apps.payments.tests.factories import PaymentFactory
from apps.payments.transitions import EDGES, LIVE, OPEN

WAYS = {
    "created": ["authorized", "canceled", "captured", "failed", "processing", "requires_action"],
    "requires_action": [
        "authorized",
        "canceled",
        "captured",
        "failed",
        "processing",
        "requires_action",
    ],
    "processing": ["authorized", "canceled", "captured", "failed", "requires_action"],
    "authorized": ["canceled", "captured", "failed"],
    "captured": [],
    "failed": ["captured"],
    "canceled": ["captured"],
}
NEWS = [(before, after) for before, ways in WAYS.items() for after in ways if before != after]
NO_NEWS = [
    (before, outcome.value)
    for before in WAYS
    for outcome in ChargeOutcome
    if outcome.value not in WAYS[before]
]
FACTS = {
    "requires_action": ["payment.action_required"],
    "processing": ["payment.processing"],
    "authorized": ["payment.authorized", "order.paid"],
    "captured": ["payment.captured", "order.paid", "invoice.issued"],
    "failed": ["payment.failed"],
    "canceled": ["payment.canceled"],
}


@pytest.fixture
def payment(order, ledger):
    """A payment of the order that stands somewhere, as the gateway's news have made it."""

    def standing(state: str) -> Payment:
        made = PaymentFactory(
            order=order, gateway="ledger", state="created", gateway_reference="charge"
        )
        return made if state == "created" else hear(made, state)

    return standing


def hear(payment: Payment, outcome: str, *, now: datetime | None = None, **told) -> Payment:
    values = {"reference": "charge", "amount": payment.charged, **told}
    return services.record_charge(
        payment_id=payment.public_id,
        charge=Charge(outcome=ChargeOutcome(outcome), **values),
        by=None,
        now=now or timezone.now(),
    )


def facts() -> list[str]:
    names = OutboxEvent.objects.order_by("pk").values_list("name", flat=True)
    return [name for name in names if not name.startswith("reservation.")]


def rows() -> list[tuple[object, ...]]:
    """Everything that news could change."""
    return [
        *Payment.objects.values_list(),
        *Order.objects.values_list(),
        *Invoice.objects.values_list("pk"),
        (OutboxEvent.objects.count(),),
    ]


def test_these_are_the_ways():
    assert {before: sorted(after) for before, after in EDGES.items()} == WAYS


def test_these_are_open_and_these_may_hold_an_order():
    assert sorted(OPEN) == ["authorized", "created", "processing", "requires_action"]
    assert sorted(LIVE) == ["authorized", "captured", "created", "processing", "requires_action"]


@pytest.mark.parametrize(("before", "after"), NEWS)
def test_news_move_a_payment_along_its_way_and_are_told(payment, before, after):
    stands, known = payment(before), facts()
    version = stands.version
    moved = hear(stands, after, failure_code="stolen_card" if after == "failed" else "")
    assert (moved.state, moved.version) == (after, version + 1)
    assert (moved.captured_at is not None) == (after == "captured")
    assert (moved.check_at is not None) == (after not in ("captured", "failed", "canceled"))
    was_paid = before == "authorized" and after == "captured"
    expected = ["payment.captured", "invoice.issued"] if was_paid else FACTS[after]
    if before == "authorized" and after != "captured":
        expected = [*expected, "order.flagged"]
    assert facts() == known + expected
    stored = Payment.objects.get()
    assert (stored.state, stored.failure_code) == (
        after,
        "stolen_card" if after == "failed" else "",
    )


@pytest.mark.parametrize(("before", "told"), NO_NEWS)
def test_what_is_no_way_onwards_is_old_news_and_changes_nothing(payment, before, told):
    stands = payment(before)
    known = rows()
    hear(stands, told, failure_code="stolen_card", client_secret="s", redirect_url="https://x.test")
    assert rows() == known


def test_a_payer_who_has_to_act_in_another_way_hears_of_it(payment):
    stands = payment("requires_action")
    moved = hear(stands, "requires_action", client_secret="secret", redirect_url="https://a.test")
    assert (moved.client_secret, moved.redirect_url) == ("secret", "https://a.test")
    moved = hear(moved, "requires_action", client_secret="secret", failure_code="card_declined")
    assert (moved.client_secret, moved.redirect_url) == ("secret", "")
    assert moved.failure_code == "card_declined"
    known = rows()
    hear(moved, "requires_action", client_secret="secret", failure_code="card_declined")
    assert rows() == known


def test_who_tells_no_secret_takes_none_away(payment):
    stands = hear(
        payment("created"), "requires_action", client_secret="s", redirect_url="https://a"
    )
    known = rows()
    hear(stands, "requires_action")
    assert rows() == known
    moved = hear(stands, "requires_action", failure_code="card_declined")
    assert (moved.client_secret, moved.redirect_url) == ("s", "https://a")


@pytest.mark.parametrize("after", ["processing", "authorized", "captured", "failed", "canceled"])
def test_a_secret_is_forgotten_once_nobody_has_to_act(payment, after):
    stands = hear(
        payment("created"), "requires_action", client_secret="s", redirect_url="https://a"
    )
    moved = hear(stands, after)
    assert (moved.client_secret, moved.redirect_url) == ("", "")


@pytest.mark.parametrize("told", ["requires_action", "processing", "failed", "canceled"])
@pytest.mark.parametrize("before", ["requires_action", "processing", "authorized"])
def test_what_another_charge_comes_to_without_money_is_nothing_to_us(payment, before, told):
    stands = payment(before)
    known = rows()
    hear(stands, told, reference="another", client_secret="another")
    assert rows() == known


def test_money_has_no_failure_even_when_the_gateway_tells_one(payment):
    assert hear(payment("created"), "captured", failure_code="card_declined").failure_code == ""


def test_remembers_when_each_step_was(payment):
    at = timezone.now().replace(microsecond=7)
    stands = hear(payment("created"), "authorized", now=at)
    later = at.replace(microsecond=8)
    moved = hear(stands, "captured", now=later)
    assert (moved.authorized_at, moved.captured_at) == (at, later)
