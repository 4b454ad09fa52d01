"""Anybody can register with an address that is not theirs, before a shop moves in."""

import json

import pytest
from django.utils import timezone

from apps.accounts.services import export_person
from apps.accounts.tests.factories import UserFactory
from apps.orders.models import Order
from apps.orders.tests.factories import OrderFactory
from conftest import client_of

pytestmark = pytest.mark.django_db

ORDERS = "/api/v1/orders"


@pytest.fixture
def squatter(store):
    return UserFactory(store=store, email="ada@example.com", password="x")


@pytest.fixture
def order(squatter):
    order = OrderFactory(customer=squatter)
    Order.objects.filter(pk=order.pk).update(source="native", external_number="1001")
    return order


def told(person) -> str:
    return str(json.loads("".join(export_person(person=person)))["orders"])


def test_orders_from_elsewhere_are_shown_once_the_address_is_verified(squatter, order):
    client = client_of(squatter)
    assert client.get(ORDERS).json()["results"] == []
    assert client.get(f"{ORDERS}/{order.number}").status_code == 404
    assert "1001" not in told(squatter)
    squatter.email_verified_at = timezone.now()
    squatter.save()
    client = client_of(squatter)
    assert len(client.get(ORDERS).json()["results"]) == 1
    assert client.get(f"{ORDERS}/{order.number}").status_code == 200
    assert "1001" in told(squatter)


def test_who_has_no_password_yet_is_told_of_by_staff(squatter, order):
    squatter.set_unusable_password()
    squatter.save()
    assert "1001" in told(squatter)


def test_orders_of_this_shop_are_always_their_own(squatter):
    order = OrderFactory(customer=squatter)
    assert client_of(squatter).get(f"{ORDERS}/{order.number}").status_code == 200
