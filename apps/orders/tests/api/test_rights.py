"""What a role may do with orders by the API, and what it is told it may not."""

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.orders.tests.factories import OrderFactory
from conftest import client_of

ORDERS = "/api/v1/orders"


@pytest.fixture
def order(shopper):
    return OrderFactory(state="paid", customer=shopper, staff_note="Ring twice")


def member(store, role):
    return client_of(UserFactory(store=store, is_staff=True, roles=[role]))


def refused(answer, scope: str) -> bool:
    problem = answer.json()
    return (answer.status_code, problem["code"], problem["scope"]) == (403, "missing_scope", scope)


@pytest.mark.parametrize("role", ["admin", "manager", "support"])
def test_some_write(store, order, role):
    answer = member(store, role).patch(f"{ORDERS}/{order.public_id}", {"staff_note": "Ring once"})
    assert answer.status_code == 200
    assert answer.json()["staff_note"] == "Ring once"


@pytest.mark.parametrize("role", ["warehouse", "finance", "read_only"])
def test_others_read_and_no_more(store, order, role):
    client, at = member(store, role), f"{ORDERS}/{order.public_id}"
    assert client.get(at).json()["staff_note"] == "Ring twice"
    assert refused(client.patch(at, {"customer_note": "mine"}), "write_orders")
    assert refused(client.post(f"{at}/cancel", {}), "write_orders")
    order.refresh_from_db()
    assert (order.state, order.customer_note, order.version) == ("paid", "", 1)


@pytest.mark.parametrize("role", ["support", "finance", "read_only"])
def test_who_does_not_fulfil_orders_ships_nothing(store, order, role):
    client, at = member(store, role), f"{ORDERS}/{order.public_id}/shipments"
    assert refused(client.post(at, {}, headers={"Idempotency-Key": "1"}), "fulfil_orders")
    order.refresh_from_db()
    assert order.state == "paid"


def test_staff_of_elsewhere_are_customers_here(store, order):
    """A person whose home is this store, and whose work is in another."""
    person = UserFactory(store=store, is_staff=True, roles=[])
    client = client_of(person)
    assert client.get(ORDERS).json()["results"] == []
    assert client.get(f"{ORDERS}/{order.public_id}").status_code == 404
    assert client.patch(f"{ORDERS}/{order.public_id}", {"customer_note": "x"}).status_code == 404


def test_members_write_to_their_own_orders_what_customers_write(store):
    person = UserFactory(store=store, is_staff=True, roles=["read_only"])
    own = OrderFactory(customer=person)
    client, at = client_of(person), f"{ORDERS}/{own.public_id}"
    assert client.patch(at, {"customer_note": "Please hurry"}).status_code == 200
    assert client.patch(at, {"staff_note": "VIP"}).status_code == 400
