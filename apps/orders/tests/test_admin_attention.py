"""Orders that staff should look at, on the staff site."""

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent
from apps.orders.models import Order
from apps.orders.tests.factories import OrderFactory

ORDERS = reverse("admin:orders_order_changelist")


@pytest.fixture
def operator(client, store):
    person = UserFactory(store=store, is_staff=True, is_superuser=True)
    client.force_login(person)
    client.get(ORDERS)
    return person


def run(client, action: str, *orders: Order, **more):
    chosen = {"action": action, "_selected_action": [order.pk for order in orders]}
    return client.post(ORDERS, chosen | more)


def sent_as(form) -> dict:
    return {field.html_name: field.value() for field in form}


def look_at(client, *orders: Order):
    opened = run(client, "clear_attention", *orders).context["form"]
    return run(client, "clear_attention", *orders, **sent_as(opened))


def outcomes(answer) -> list[str]:
    return [one.refusal for one in answer.context["outcomes"]]


def test_what_needs_attention_is_found_and_done_with(client, operator, store):
    calm = OrderFactory(customer__store=store)
    order = OrderFactory(customer__store=store, attention="refund_failed")
    shown = client.get(ORDERS, {"attention": "needed"}).content.decode()
    assert order.number in shown
    assert "Refund Failed" in shown
    assert calm.number not in shown
    assert order.number in client.get(ORDERS, {"attention": "refund_failed"}).content.decode()
    assert order.number not in client.get(ORDERS, {"attention": "payment_held"}).content.decode()
    assert calm.number in client.get(ORDERS).content.decode()
    assert "Refund Failed" in run(client, "clear_attention", order).content.decode()
    order.refresh_from_db()
    assert order.attention == "refund_failed"
    assert outcomes(look_at(client, order)) == [""]
    order.refresh_from_db()
    assert order.attention == ""
    event = OutboxEvent.objects.get()
    assert (event.name, event.actor) == ("order.flag_cleared", f"user:{operator.public_id}")


@pytest.mark.parametrize("reason", ["payment_held", "authorization_lost"])
def test_money_in_doubt_is_settled_order_by_order(client, operator, store, reason):
    held, other = [
        OrderFactory(customer__store=store, attention=one) for one in (reason, "refund_failed")
    ]
    why, nothing = sorted(outcomes(look_at(client, held, other)), reverse=True)
    assert why == "Its money is in doubt: settle that in the exception inbox"
    assert nothing == ""
    held.refresh_from_db()
    other.refresh_from_db()
    assert (held.attention, other.attention) == (reason, "")


@pytest.mark.parametrize("now", ["payment_held", "refund_came_back"])
def test_what_is_flagged_for_another_reason_meanwhile_stays_flagged(client, operator, store, now):
    order = OrderFactory(customer__store=store, attention="refund_failed")
    opened = run(client, "clear_attention", order).context["form"]
    Order.objects.filter(pk=order.pk).update(attention=now)
    answer = run(client, "clear_attention", order, **sent_as(opened))
    assert outcomes(answer) == [f"It is flagged: {now}. Look at it again."]
    order.refresh_from_db()
    assert order.attention == now
    assert not OutboxEvent.objects.exists()
