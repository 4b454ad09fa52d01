"""What operators do about roles and keys from the console."""

import io

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from apps.accounts.models import ApiKey
from apps.accounts.tests.factories import UserFactory
from apps.stores.tests.factories import StoreFactory

pytestmark = pytest.mark.django_db


def run(name, *args, **options):
    said = io.StringIO()
    call_command(name, *args, stdout=said, stderr=io.StringIO(), **options)
    return said.getvalue()


def test_gives_a_role_in_a_store(store, shopper):
    other = StoreFactory(slug="second", name="Second")
    assert (
        run("grant_role", shopper.email, "support") == f"{shopper.email} is support of {store}.\n"
    )
    for _ in range(2):
        run("grant_role", shopper.email.upper(), "finance", store="second")
    assert [(one.role, one.store) for one in shopper.memberships.order_by("pk")] == [
        ("support", store),
        ("finance", other),
    ]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["nobody@example.com", "support"], "Nobody is known by nobody@example.com."),
        (["ada@example.com", "king"], "invalid choice"),
        (["ada@example.com", "support", "--store", "third"], "There is no store third."),
    ],
)
def test_refuses_clearly(store, args, said):
    ada = UserFactory(store=store, email="ada@example.com")
    with pytest.raises(CommandError, match=said):
        run("grant_role", *args)
    assert not ada.memberships.exists()


def test_prints_a_key_that_opens(store):
    text = run("create_api_key", "ERP", "read_orders", "read_stock").strip()
    client = APIClient(HTTP_AUTHORIZATION=f"Api-Key {text}")
    assert client.get("/api/v1/stock").status_code == 200
    assert client.get("/api/v1/invoices").status_code == 403


@pytest.mark.parametrize("options", [{"days": 0}, {"days": 1000}, {"store": "third"}])
def test_makes_no_key_that_makes_no_sense(store, options):
    with pytest.raises(CommandError):
        run("create_api_key", "ERP", "read_orders", **options)
    assert not ApiKey.objects.exists()
