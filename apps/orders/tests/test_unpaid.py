"""Unpaid orders keep goods from others: nobody has many of them, by name or by address."""

from functools import partial

import pytest
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.core.client_address import bound_client_address
from apps.core.encryption import blind_index
from apps.inventory.models import StockItem
from apps.orders import services as orders
from apps.orders import unpaid
from apps.orders.errors import TooManyUnpaidOrders
from apps.orders.models import Order
from apps.orders.services import RequestedLine
from apps.orders.tests.factories import goods
from tests.threads import ended_at_once

LONDON = {"full_name": "Ada", "street": "12 St James's Square", "city": "London", "country": "GB"}


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.UNPAID_ORDERS_PER_CUSTOMER = 2
    settings.UNPAID_ORDERS_PER_ADDRESS = 3


def place(variant, *, customer=None, address="203.0.113.7") -> Order:
    customer = customer or UserFactory(store=variant.product.store)
    with bound_client_address(address):
        return orders.place_order_from_lines(
            store=variant.product.store,
            customer=customer,
            lines=[RequestedLine(variant=variant.public_id, quantity=1)],
            shipping_address=LONDON,
            by=customer,
            now=timezone.now(),
        )


@pytest.fixture
def variant(store):
    return goods(store=store, on_hand=100)


def test_a_customer_has_so_many_unpaid_orders_at_most(variant, shopper):
    place(variant, customer=shopper, address="203.0.113.1")
    place(variant, customer=shopper, address="203.0.113.2")

    with pytest.raises(TooManyUnpaidOrders) as refusal:
        place(variant, customer=shopper, address="203.0.113.3")

    assert refusal.value.code == "too_many_unpaid_orders"
    assert refusal.value.extensions == {"limit": 2}
    assert Order.objects.count() == 2
    assert StockItem.objects.get(variant=variant).reserved == 2


def test_an_address_has_so_many_whoever_asks(variant):
    for _ in range(3):
        place(variant)

    with pytest.raises(TooManyUnpaidOrders) as refusal:
        place(variant)

    assert refusal.value.extensions == {"limit": 3}
    assert Order.objects.count() == 3
    assert place(variant, address="203.0.113.8").placed_from


def test_a_network_of_ipv6_is_one_address(variant):
    for number in range(3):
        place(variant, address=f"2001:db8::{number}")

    with pytest.raises(TooManyUnpaidOrders):
        place(variant, address="2001:db8::ffff")


def test_an_order_that_ends_makes_room(variant, shopper):
    first = place(variant, customer=shopper)
    place(variant, customer=shopper)
    orders.cancel_order(
        store=first.store, order_id=first.public_id, by=shopper, now=timezone.now(), reason=""
    )

    assert place(variant, customer=shopper).state == "pending"


def test_the_address_is_kept_as_a_blind_index_and_forgotten_when_the_order_is_not_pending(
    variant, shopper
):
    order = place(variant, customer=shopper)
    kept = Order.objects.get(pk=order.pk).placed_from
    assert kept == order.placed_from == blind_index("203.0.113.7", purpose="order address")

    orders.cancel_order(
        store=order.store, order_id=order.public_id, by=shopper, now=timezone.now(), reason=""
    )

    assert Order.objects.get(pk=order.pk).placed_from == ""


def test_who_comes_from_nowhere_has_no_address_in_common(variant):
    for _ in range(4):
        assert place(variant, address="").placed_from == ""


@pytest.mark.parametrize("limit", ["UNPAID_ORDERS_PER_CUSTOMER", "UNPAID_ORDERS_PER_ADDRESS"])
def test_zero_is_no_limit(variant, shopper, settings, limit):
    setattr(settings, limit, 0)
    of_customer = limit == "UNPAID_ORDERS_PER_CUSTOMER"
    for number in range(4):
        place(
            variant,
            customer=shopper if of_customer else None,
            address=f"203.0.113.{number}" if of_customer else "203.0.113.7",
        )

    assert Order.objects.count() == 4


# --- at once


@pytest.mark.django_db(transaction=True)
def test_of_eight_orders_of_one_customer_at_once_two_are_placed(variant, shopper):
    acts = [partial(place, variant, customer=shopper, address=f"203.0.113.{n}") for n in range(8)]

    assert ended_at_once(*acts) == ["done"] * 2 + ["too_many_unpaid_orders"] * 6
    assert StockItem.objects.get(variant=variant).reserved == 2


@pytest.mark.django_db(transaction=True)
def test_of_eight_orders_from_one_address_at_once_three_are_placed(variant):
    people = [UserFactory(store=variant.product.store) for _ in range(8)]
    acts = [partial(place, variant, customer=person) for person in people]

    assert ended_at_once(*acts) == ["done"] * 3 + ["too_many_unpaid_orders"] * 5


@pytest.mark.django_db(transaction=True)
def test_counting_before_the_insert_lets_too_many_through(variant, shopper, monkeypatch):
    def counted(*, customer_id, address):
        if Order.objects.filter(customer=customer_id, state="pending").count() >= 2:
            raise TooManyUnpaidOrders.of_customer()
        return address

    monkeypatch.setattr(unpaid, "place_among_unpaid", counted)
    acts = [partial(place, variant, customer=shopper) for _ in range(8)]

    assert ended_at_once(*acts).count("done") > 2
