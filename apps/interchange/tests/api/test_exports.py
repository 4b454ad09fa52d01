"""Everything of a store at once: who gets it, and how it comes."""

import csv
import json
import tracemalloc
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts import services as accounts
from apps.accounts.tests.factories import AddressFactory, UserFactory
from apps.catalog.tests.factories import (
    CategoryFactory,
    ProductFactory,
    ProductImageFactory,
    VariantFactory,
)
from apps.core.batches import from_cursor, in_batches
from apps.events.models import OutboxEvent
from apps.interchange import services
from apps.interchange.exporting import Kind, Wanted
from apps.interchange.formats.native_columns import (
    CUSTOMER_COLUMNS,
    ORDER_COLUMNS,
    PRODUCT_COLUMNS,
    STOCK_COLUMNS,
)
from apps.interchange.outlets import outlet_for
from apps.inventory.tests.factories import StockItemFactory, WarehouseFactory
from apps.orders import services as orders
from apps.orders.models import Order, OrderLine
from apps.orders.tests.factories import OrderFactory, OrderLineFactory
from apps.stores.tests.factories import StoreHostFactory
from conftest import client_of

ORDERS = "/api/v1/admin/orders/export"
PRODUCTS = "/api/v1/admin/products/export"
CUSTOMERS = "/api/v1/admin/customers/export"
STOCK = "/api/v1/admin/stock/export"
TOKEN = {"headers": {"X-Admin-Token": "second-secret"}}
each = pytest.mark.parametrize("path", [ORDERS, PRODUCTS, CUSTOMERS, STOCK])


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
@each
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


@each
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


@each
@pytest.mark.parametrize("shown", ["", "third-secret", "second-secre", "second-secret2", "é"])
def test_no_admin_without_the_second_secret(staff_client, path, shown):
    answer = staff_client.get(path, headers={"X-Admin-Token": shown} if shown else {})
    assert refusal(answer) == "admin_token_refused"


@each
def test_nobody_at_all_where_no_secret_is_set(staff_client, settings, path):
    settings.ADMIN_TOKENS = []
    for shown in ({}, {"headers": {"X-Admin-Token": ""}}, TOKEN):
        answer = staff_client.get(path, **shown)
        assert refusal(answer) == "exports_off"
        assert "ADMIN_TOKENS" in answer.json()["title"]


@each
def test_each_secret_opens_for_admins_and_operators(store, staff_client, path):
    operator = client_of(UserFactory(store=store, is_staff=True, is_superuser=True))
    for client in (staff_client, operator):
        for secret in ("first-secret", "second-secret"):
            assert client.get(path, headers={"X-Admin-Token": secret}).status_code == 200


@each
def test_an_admin_of_another_store_gets_nothing(store, path):
    elsewhere = StoreHostFactory(host="other.example").store
    admin = client_of(UserFactory(store=elsewhere, is_staff=True))
    assert admin.get(path, **TOKEN).status_code == 401
    assert admin.get(path, **TOKEN, HTTP_HOST="other.example").status_code == 200


@each
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

    assert tuple(row) == ORDER_COLUMNS
    assert (row["order_number"], row["state"]) == (order.number, "paid")
    assert row["customer_email"] == "'=cmd@example.com"
    assert (row["currency"], row["total"], row["shipping_amount"]) == ("EUR", "14.90", "4.90")
    assert (row["quantity"], row["unit_price"], row["line_total"]) == ("1", "10.00", "10.00")
    assert (row["ship_to_name"], row["ship_to_city"]) == ("Ada Lovelace", "London")
    assert row["placed_at"].endswith("Z")


def test_orders_come_by_time_and_state(staff_client, store):
    now = timezone.now()
    old = OrderFactory(customer__store=store, state="paid", placed_at=now - timedelta(days=9))
    new = OrderFactory(customer__store=store, state="paid")
    pending = OrderFactory(customer__store=store)

    def numbers(**query):
        return [row["order_number"] for row in rows(staff_client.get(ORDERS, query, **TOKEN))]

    assert numbers(since=(now - timedelta(days=1)).isoformat()) == [new.number, pending.number]
    assert numbers(state="paid") == [old.number, new.number]
    assert numbers(state=["paid", "pending"]) == [old.number, new.number, pending.number]


def test_customers_come_deciphered_and_the_forgotten_not_at_all(staff_client, store):
    ada = UserFactory(store=store, email="ada@example.com", full_name="Ada Byron King")
    AddressFactory(owner=ada, phone="+44 1", is_default=True)
    accounts.erase_person(person=UserFactory(store=store), by=None)
    UserFactory()

    (row,) = rows(staff_client.get(CUSTOMERS, **TOKEN))

    assert tuple(row) == CUSTOMER_COLUMNS
    assert (row["email"], row["first_name"], row["last_name"]) == (
        "ada@example.com",
        "Ada",
        "Byron King",
    )
    assert (row["phone"], row["is_active"]) == ("'+44 1", "true")


def test_an_order_of_somebody_forgotten_names_nobody(staff_client, store):
    order = OrderFactory(customer__store=store)
    orders.expire_order(order_id=order.public_id, now=order.expires_at)
    accounts.erase_person(person=order.customer, by=None)

    (row,) = rows(staff_client.get(ORDERS, **TOKEN))

    assert (row["order_number"], row["total"]) == (order.number, "14.90")
    assert {row[name] for name in row if name.startswith(("customer", "ship_to"))} == {""}


def test_stock_comes_by_warehouse(staff_client, store):
    variant = VariantFactory(product__store=store, sku="CUP")
    StockItemFactory(variant=variant, on_hand=7, reserved=2)
    far_away = WarehouseFactory(store=store, code="far")
    StockItemFactory(variant=variant, warehouse=far_away, on_hand=1)
    StockItemFactory()

    near, far = rows(staff_client.get(STOCK, **TOKEN))

    assert tuple(near) == STOCK_COLUMNS
    assert (near["sku"], near["on_hand"], near["reserved"]) == ("CUP", "7", "2")
    assert (far["sku"], far["warehouse"], far["on_hand"]) == ("CUP", "far", "1")


def test_products_come_with_each_variant_and_its_stock(staff_client, store):
    kitchen = CategoryFactory(store=store, slug="kitchen")
    shelf = CategoryFactory(store=store, slug="cups", parent=kitchen)
    cup = ProductFactory(
        store=store, title="@Cup", published_at=None, options=["Size"], tags=["a, b", "c"]
    )
    cup.categories.add(shelf)
    variant = VariantFactory(product=cup, sku="CUP-S", option_values=["S"], price_amount="19.99")
    StockItemFactory(variant=variant, on_hand=7, reserved=2)
    StockItemFactory(variant=variant, warehouse=WarehouseFactory(store=store), on_hand=1)
    VariantFactory(product=cup, sku="CUP-L", option_values=["L"])
    ProductFactory(store=store, title="Idea")
    VariantFactory()

    small, large, idea = rows(staff_client.get(PRODUCTS, **TOKEN))

    assert tuple(small) == PRODUCT_COLUMNS
    assert (small["product_title"], small["sku"]) == ("'@Cup", "CUP-S")
    assert (small["categories"], small["tags"]) == ("kitchen > cups", '"a, b",c')
    assert (small["option1_name"], small["option1_value"]) == ("Size", "S")
    assert (small["price"], small["currency"]) == ("19.99", "EUR")
    assert (small["stock"], small["published_at"]) == ("8", "")
    assert (large["product_slug"], large["product_title"]) == (cup.slug, "")
    assert (large["sku"], large["option1_value"], large["stock"]) == ("CUP-L", "L", "0")
    assert (idea["product_title"], idea["sku"], idea["price"]) == ("Idea", "", "")


def test_products_come_published_or_not(staff_client, store):
    ProductFactory(store=store, slug="shown")
    ProductFactory(store=store, slug="draft", published_at=None)

    def slugs(published):
        answer = staff_client.get(PRODUCTS, {"published": published}, **TOKEN)
        return [row["product_slug"] for row in rows(answer)]

    assert (slugs("true"), slugs("false"), slugs("")) == (["shown"], ["draft"], ["shown", "draft"])


def test_each_comes_as_lines_of_json(staff_client, store):
    line = OrderLineFactory(order__customer__store=store, sku="CUP", variant__product__store=store)
    StockItemFactory(variant=line.variant, on_hand=3)
    ProductImageFactory(product=line.variant.product, alt="A cup")

    def documents(path):
        answer = staff_client.get(path, {"as": "jsonl"}, **TOKEN)
        assert answer["Content-Type"] == "application/x-ndjson; charset=utf-8"
        return [json.loads(one) for one in b"".join(answer.streaming_content).splitlines()]

    (order,), (product,) = documents(ORDERS), documents(PRODUCTS)
    (customer,), (stock,) = documents(CUSTOMERS), documents(STOCK)
    assert order["total"] == "14.90"
    assert [(one["sku"], one["quantity"]) for one in order["lines"]] == [("CUP", 1)]
    assert product["variants"][0]["stock"] == 3
    assert product["images"][0]["alt"] == "A cup"
    assert customer["email"] == line.order.customer.email
    assert stock["on_hand"] == 3


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        (PRODUCTS, {"layout": "shopify", "as": "jsonl"}, 422, "export_refused"),
        (PRODUCTS, {"layout": "magento"}, 400, "validation_error"),
        (ORDERS, {"as": "xlsx"}, 400, "validation_error"),
        (ORDERS, {"since": "yesterday"}, 400, "validation_error"),
        (ORDERS, {"state": "lost"}, 400, "validation_error"),
    ],
)
def test_what_there_is_not_is_refused_before_anything_leaves(
    staff_client, path, query, status, code
):
    answer = staff_client.get(path, query, **TOKEN)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not OutboxEvent.objects.exists()


# --- how -----------------------------------------------------------------------------------------
ALL_ORDERS = Wanted(kind=Kind.ORDERS)


@pytest.fixture
def order(store):
    return OrderFactory(customer__store=store)


def many(order, number):
    """So many orders with a line each, made quickly: copies of one."""
    fields = [one.attname for one in Order._meta.concrete_fields]
    skipped = {"id", "public_id", "number", "cart_id"}
    known = {name: getattr(order, name) for name in fields if name not in skipped}
    made = Order.objects.bulk_create(
        Order(**known, number=f"{number}-{place}") for place in range(1, number)
    )
    line = order.lines.get()
    fields = [one.attname for one in OrderLine._meta.concrete_fields]
    known = {name: getattr(line, name) for name in fields if name not in {"id", "public_id"}}
    OrderLine.objects.bulk_create(OrderLine(**known | {"order_id": one.pk}) for one in made)


def test_the_first_bytes_come_before_the_last_row_is_read(staff, store, order):
    many(order, 1_300)
    with CaptureQueriesContext(connection) as read:
        pieces = services.export_data(store=store, wanted=ALL_ORDERS, by=staff)
        announced = len(read)
        assert next(pieces).text.startswith("order_number,placed_at,state")
        assert next(pieces).text.count("\r\n") == 500
        assert len(read) - announced == 2  # orders with their customers, and lines
    assert sum(piece.count for piece in pieces) == 800


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_goes_in_between_is_no_loss(staff, store, order):
    many(order, 1_200)
    pieces = services.export_data(store=store, wanted=ALL_ORDERS, by=staff)
    lines = 0
    for piece in pieces:
        lines += piece.text.count("\r\n")
        assert not connection.in_atomic_block
        connection.close()
    assert lines == 1_201


@pytest.mark.parametrize("read", [in_batches, from_cursor])
def test_memory_does_not_grow_with_the_number_of_rows(store, order, read):
    def peak():
        outlet = replace(outlet_for(store=store, wanted=ALL_ORDERS), size=100)
        tracemalloc.start()
        count = sum(piece.count for piece in services.generate_export(outlet=outlet, read=read))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return count, most

    many(order, 300)
    peak()
    few_orders, few = peak()
    many(order, 1_201)
    many_orders, much = peak()
    assert (few_orders, many_orders) == (300, 1_500)
    assert much <= 1.2 * few
