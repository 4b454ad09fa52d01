import pytest
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.inventory.tests.factories import ReservationFactory, StockItemFactory


@pytest.fixture
def operator(client, store):
    person = UserFactory(store=store, is_staff=True, is_superuser=True)
    client.force_login(person)
    client.get(reverse("admin:index"))
    return person


@pytest.fixture
def item(store):
    """Ten shirts, four of them reserved."""
    item = StockItemFactory(variant__product__store=store, variant__sku="SHIRT", on_hand=10)
    ReservationFactory(stock_item=item, quantity=4)
    return item
