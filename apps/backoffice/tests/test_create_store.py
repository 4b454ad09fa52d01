"""`manage.py create_store`, and what a new shop can do at once."""

import io

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent
from apps.inventory.models import Warehouse
from apps.stores.models import Store
from apps.stores.tests.factories import StoreFactory, StoreHostFactory
from conftest import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _default_store(store):
    """The one that every installation has."""


def create(slug="second", name="Second Hand", currency="JPY", host="second.example", **options):
    said = io.StringIO()
    call_command(
        "create_store", slug, name=name, currency=currency, hosts=[host], stdout=said, **options
    )
    return said.getvalue()


def test_opens_a_shop_that_sells_at_once():
    ada = UserFactory(email="ada@example.com")
    assert create(admin="ADA@example.com", country="JP", time_zone="Asia/Tokyo") == (
        "Second Hand is open at second.example.\nada@example.com is its admin.\n"
    )

    store = Store.objects.get(slug="second")
    assert (store.currency, store.country.code, store.is_default) == ("JPY", "JP", False)
    assert Warehouse.objects.default_of(store).code == "main"
    names = set(OutboxEvent.objects.filter(store=store.public_id).values_list("name", flat=True))
    assert names == {"store.created", "warehouse.created", "role.granted"}
    client = client_of(User.objects.get(pk=ada.pk))
    there = {"HTTP_HOST": "second.example"}
    cup = client.post("/api/v1/products", {"title": "Cup"}, **there)
    assert cup.status_code == 201
    variants = f"/api/v1/products/{cup.json()['id']}/variants"
    price = {"sku": "CUP", "price": {"amount": "500", "currency": "JPY"}}
    assert client.post(variants, price, **there).status_code == 201
    assert client.post("/api/v1/stock/CUP/receive", {"quantity": 3}, **there).status_code == 200
    assert client.get("/api/v1/products", **there).json()["count"] == 1


def test_the_same_again_is_refused_and_changes_nothing():
    create()
    with pytest.raises(CommandError, match=r"There is such a store already.* Nothing was done\."):
        create(name="Other", host="third.example")
    assert Store.objects.get(slug="second").name == "Second Hand"
    assert not Store.objects.filter(hosts__host="third.example").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"slug": "two words"}, "slug: "),
        ({"name": ""}, "name: "),
        ({"currency": "EURO"}, "currency: "),
        ({"currency": "XXX9"}, "currency: "),
        ({"host": "UPPER.example"}, "host: "),
        ({"host": "shop.example:8000"}, "host: "),
        ({"country": "XX"}, "country: "),
        ({"time_zone": "Mars/Olympus"}, "time_zone: "),
        ({"admin": "nobody@example.com"}, "Nobody is known by nobody@example.com."),
        ({"host": "taken.example"}, "This host belongs to a store"),
    ],
)
def test_what_makes_no_sense_is_refused_whole(wrong, said):
    StoreHostFactory(host="taken.example", store=StoreFactory())
    before = (Store.objects.count(), Warehouse.objects.count(), OutboxEvent.objects.count())
    with pytest.raises(CommandError) as refusal:
        create(**wrong)
    assert said in str(refusal.value)
    after = (Store.objects.count(), Warehouse.objects.count(), OutboxEvent.objects.count())
    assert after == before
