"""Everything of a store at once: who gets it, and how it comes."""

import csv
import tracemalloc
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts import services as accounts
from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import CategoryFactory, ProductFactory, VariantFactory
from apps.events.models import OutboxEvent
from apps.interchange import services
from apps.interchange.services.export_orders import COLUMNS
from apps.inventory.tests.factories import StockItemFactory
from apps.orders.models import Order
from apps.orders.tests.factories import OrderFactory
from apps.stores.tests.factories import StoreHostFactory
from conftest import client_of

ORDERS = "/api/v1/admin/orders/export"
PRODUCTS = "/api/v1/admin/products/export"
TOKEN = {"headers": {"X-Admin-Token": "second-secret"}}
both = pytest.mark.parametrize("path", [ORDERS, PRODUCTS])


@pytest.fixture(autouse=True)
def _tokens(settings):
    settings.ADMIN_TOKENS = ["first-secret", "second-secret"]


def rows(answer):
    assert answer.status_code == 200
    lines = b"".join(answer.streaming_content).decode().splitlines()
    return list(csv.DictReader(lines))


def refusal(answer):
    assert answer.status_code == 403
    assert not OutboxEvent.objects.exists()
    return answer.json()["code"]


# --- who -----------------------------------------------------------------------------------------
@both
def test_nobody_but_admins(store, anonymous, path):
    assert anonymous.get(path, **TOKEN).status_code == 401
    for role, code in [
        ("manager", "admin_required"),
        ("finance", "admin_required"),
        ("support", "missing_scope"),
        ("warehouse", "missing_scope"),
        ("read_only", "missing_scope"),
    ]:
        member = client_of(UserFactory(store=store, is_staff=True, roles=[role]))
        assert refusal(member.get(path, **TOKEN)) == code
    assert refusal(client_of(UserFactory(store=store)).get(path, **TOKEN)) == "missing_scope"


@both
def test_no_machine(store, path):
    now = timezone.now()
    made = accounts.create_api_key(
        store=store,
        name="ERP",
        scopes=["export_data"],
        expires_at=now + timedelta(days=1),
        by=None,
        now=now,
    )
    client = APIClient(HTTP_AUTHORIZATION=f"Api-Key {made.text}")
    answer = client.get(path, **TOKEN)
    assert (answer.status_code, answer.json()["code"]) == (403, "person_required")


@both
@pytest.mark.parametrize("shown", ["", "third-secret", "second-secre", "second-secret2", "é"])
def test_no_admin_without_the_second_secret(staff_client, path, shown):
    answer = staff_client.get(path, headers={"X-Admin-Token": shown} if shown else {})
    assert refusal(answer) == "admin_token_refused"


@both
def test_nobody_at_all_where_no_secret_is_set(staff_client, settings, path):
    settings.ADMIN_TOKENS = []
    for shown in ({}, {"headers": {"X-Admin-Token": ""}}, TOKEN):
        answer = staff_client.get(path, **shown)
        assert refusal(answer) == "exports_off"
        assert "ADMIN_TOKENS" in answer.json()["title"]


@both
def test_each_secret_opens_for_admins_and_operators(store, staff_client, path):
    operator = client_of(UserFactory(store=store, is_staff=True, is_superuser=True))
    for client in (staff_client, operator):
        for secret in ("first-secret", "second-secret"):
            assert client.get(path, headers={"X-Admin-Token": secret}).status_code == 200


@both
def test_an_admin_of_another_store_gets_nothing(store, path):
    elsewhere = StoreHostFactory(host="other.example").store
    admin = client_of(UserFactory(store=elsewhere, is_staff=True))
    assert admin.get(path, **TOKEN).status_code == 401
    assert admin.get(path, **TOKEN, HTTP_HOST="other.example").status_code == 200


@both
def test_it_is_on_record_who_took_it(staff, staff_client, store, path):
    staff_client.get(path, **TOKEN)
    event = OutboxEvent.objects.get()
    assert (event.name, event.actor) == ("data.exported", f"user:{staff.public_id}")
    assert event.payload == {"what": path.split("/")[-2]}


# --- what ----------------------------------------------------------------------------------------
def test_orders_come_with_their_money_and_nobody_elses(staff_client, store):
    order = OrderFactory(customer__store=store, customer__email="=cmd@example.com", state="paid")
    OrderFactory()

    (row,) = rows(staff_client.get(ORDERS, headers=TOKEN["headers"] | {"Accept": "text/csv"}))

    assert list(row) == COLUMNS
    assert (row["number"], row["id"], row["state"]) == (order.number, str(order.public_id), "paid")
    assert row["customer_email"] == "'=cmd@example.com"
    assert (row["currency"], Decimal(row["total_amount"])) == ("EUR", order.total_amount)
    assert row["placed_at"].endswith("Z")
    assert row["canceled_at"] == ""


def test_products_come_with_each_variant_and_its_stock(staff_client, store):
    shelf = CategoryFactory(store=store, slug="cups")
    cup = ProductFactory(store=store, title="@Cup", published_at=None)
    cup.categories.add(shelf)
    variant = VariantFactory(product=cup, sku="CUP-S", option_values=["S"], price_amount="19.99")
    StockItemFactory(variant=variant, on_hand=7, reserved=2)
    VariantFactory(product=cup, sku="CUP-L", option_values=["L"])
    ProductFactory(store=store, title="Idea")
    VariantFactory()

    small, large, idea = rows(staff_client.get(PRODUCTS, **TOKEN))

    assert (small["title"], small["sku"], small["categories"]) == ("'@Cup", "CUP-S", "cups")
    assert (small["price_amount"], small["currency"]) == ("19.99", "EUR")
    assert (small["on_hand"], small["reserved"], small["published_at"]) == ("7", "2", "")
    assert (large["sku"], large["on_hand"]) == ("CUP-L", "0")
    assert (idea["title"], idea["sku"], idea["price_amount"]) == ("Idea", "", "")


# --- how -----------------------------------------------------------------------------------------
@pytest.fixture
def order(store):
    return OrderFactory(customer__store=store)


def many(order, number):
    """So many orders, made quickly: copies of one."""
    fields = [one.attname for one in Order._meta.concrete_fields]
    skipped = {"id", "public_id", "number", "cart_id"}
    known = {name: getattr(order, name) for name in fields if name not in skipped}
    Order.objects.bulk_create(
        Order(**known, number=f"{number}-{place}") for place in range(1, number)
    )


def test_the_first_bytes_come_before_the_last_row_is_read(staff, store, order):
    many(order, 2_600)
    with CaptureQueriesContext(connection) as read:
        pieces = services.export_orders(store=store, by=staff)
        announced = len(read)
        assert next(pieces).startswith("number,id,state")
        assert next(pieces).count("\r\n") == 500
        assert len(read) - announced == 1
    assert sum(piece.count("\r\n") for piece in pieces) == 2_100


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_goes_in_between_is_no_loss(staff, store, order):
    many(order, 1_200)
    pieces = services.export_orders(store=store, by=staff)
    lines = 0
    for piece in pieces:
        lines += piece.count("\r\n")
        assert not connection.in_atomic_block
        connection.close()
    assert lines == 1_201


def test_memory_does_not_grow_with_the_number_of_rows(staff, store, order):
    def peak():
        tracemalloc.start()
        for _ in services.export_orders(store=store, by=staff):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    many(order, 1_000)
    peak()
    few = peak()
    many(order, 5_000)
    assert peak() < 1.5 * few
