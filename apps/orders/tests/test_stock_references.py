import pytest
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.inventory.models import StockItem
from apps.inventory.tests.factories import ReservationFactory, StockItemFactory
from apps.orders.admin import orders_called
from apps.orders.tests.factories import OrderFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db

RESERVATIONS = reverse("admin:inventory_reservation_changelist")


@pytest.fixture
def order(store):
    """An order that holds some of ten shirts; somebody else, who is no order, holds some too."""
    item = StockItemFactory(variant__product__store=store, on_hand=10)
    order = OrderFactory(customer__store=store)
    ReservationFactory(stock_item=item, reference=order.public_id)
    ReservationFactory(stock_item=item)
    return order


def pages_of(order):
    item = StockItem.objects.get()
    reservation = item.reservations.get(reference=order.public_id)
    return [
        RESERVATIONS,
        reverse("admin:inventory_reservation_change", args=[reservation.pk]),
        reverse("admin:inventory_stockitem_change", args=[item.pk]),
    ]


def test_what_is_held_leads_to_the_order_it_is_held_for(client, store, order):
    client.force_login(UserFactory(store=store, is_staff=True, roles=["warehouse"]))
    client.get(reverse("admin:index"))
    place = reverse("admin:orders_order_change", args=[order.pk])

    for page in pages_of(order):
        with at_most(20 if page != RESERVATIONS else 12):
            shown = client.get(page).content.decode()
        assert f'<a href="{place}" class="text-link">{order.number}</a>' in shown


def test_whoever_may_not_see_orders_sees_a_reference(rf, store, order):
    """No role reads stock and no orders; scopes are what counts all the same."""
    request = rf.get("/")
    request.store, request.user = store, UserFactory(store=store, is_staff=True, roles=[])
    assert orders_called(request, {order.public_id}) == {}

    request.user = UserFactory(store=store, is_staff=True, roles=["finance"])
    assert list(orders_called(request, {order.public_id})) == [order.public_id]


def test_the_order_of_another_store_is_not_named(client, store):
    foreign = OrderFactory()
    item = StockItemFactory(variant__product__store=store)
    ReservationFactory(stock_item=item, reference=foreign.public_id)
    client.force_login(UserFactory(store=store, is_staff=True, is_superuser=True))

    shown = client.get(RESERVATIONS).content.decode()

    assert str(foreign.public_id) in shown
    assert foreign.number not in shown
