"""What a customer has ordered, as staff see it."""

from uuid import uuid4

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.orders.tests.factories import OrderFactory
from conftest import client_of
from tests.statements import at_most


def url(customer_id):
    return f"/api/v1/customers/{customer_id}/orders"


def test_lists_one_customers_orders_newest_first(staff_client, shopper, store):
    orders = OrderFactory.create_batch(3, customer=shopper)
    OrderFactory(customer=UserFactory(store=store))

    response = staff_client.get(url(shopper.public_id))

    assert response.status_code == 200
    found = [one["id"] for one in response.json()["results"]]
    assert found == [str(one.public_id) for one in reversed(orders)]


def test_costs_three_statements(staff_client, shopper):
    OrderFactory.create_batch(5, customer=shopper)
    with at_most(5):  # who asks and what they may, customer, orders
        staff_client.get(url(shopper.public_id))


def test_who_has_ordered_nothing_has_an_empty_list(staff_client, shopper):
    assert staff_client.get(url(shopper.public_id)).json()["results"] == []


def test_another_stores_customer_is_not_there(staff_client):
    order = OrderFactory()

    for wanted in (order.customer.public_id, uuid4()):
        response = staff_client.get(url(wanted))
        assert (response.status_code, response.json()["code"]) == (404, "customer_not_found")


@pytest.mark.parametrize(("role", "status"), [("warehouse", 200), ("support", 200), (None, 403)])
def test_it_takes_the_scope(store, shopper, role, status):
    client = client_of(UserFactory(store=store, is_staff=True, roles=[role] if role else []))

    assert client.get(url(shopper.public_id)).status_code == status
