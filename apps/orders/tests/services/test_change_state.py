from datetime import UTC, datetime
from itertools import product

import pytest
from django.db import transaction

from apps.core.transactions import TransactionRequired
from apps.orders.errors import OrderStateConflict
from apps.orders.services.change_state import change_state
from apps.orders.tests.factories import OrderFactory
from apps.orders.transitions import OrderState

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
STEPS = list(product(OrderState.values, OrderState))
ALLOWED = {
    ("pending", "paid"),
    ("pending", "canceled"),
    ("paid", "shipped"),
    ("paid", "canceled"),
    ("paid", "refunded"),
    ("shipped", "delivered"),
    ("shipped", "refunded"),
    ("delivered", "refunded"),
}


@pytest.mark.parametrize(("current", "to"), [step for step in STEPS if step in ALLOWED])
def test_an_allowed_step_is_taken_and_written_down(db, current, to):
    order = OrderFactory(state=current)
    with transaction.atomic():
        change_state(order=order, to=to, by=order.customer, now=NOON, reason="because")
    order.refresh_from_db()
    step = order.transitions.last()
    assert order.state == to
    assert getattr(order, f"{to}_at") == NOON
    assert (step.from_state, step.to_state, step.reason) == (current, to, "because")
    assert step.actor == f"user:{order.customer.public_id}"
    assert step.created_at == NOON


@pytest.mark.parametrize(("current", "to"), [step for step in STEPS if step not in ALLOWED])
def test_any_other_step_is_refused(db, current, to):
    order = OrderFactory(state=current)
    steps = order.transitions.count()
    with pytest.raises(OrderStateConflict) as refusal, transaction.atomic():
        change_state(order=order, to=to, by=None, now=NOON)
    assert refusal.value.code == "order_state_conflict"
    assert refusal.value.extensions == {"state": current, "wanted": to}
    order.refresh_from_db()
    assert order.state == current
    assert order.transitions.count() == steps


@pytest.mark.django_db(transaction=True)
def test_a_state_changes_in_a_transaction_only():
    order = OrderFactory()
    with pytest.raises(TransactionRequired):
        change_state(order=order, to=OrderState.PAID, by=None, now=NOON)
    order.refresh_from_db()
    assert order.state == "pending"
