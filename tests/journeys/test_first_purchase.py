"""From a merchant's file to a paid order that staff can see: the whole spine in one story."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.backoffice import services as backoffice
from apps.events import services as events
from apps.stores.models import Store
from tests.shop import ADDRESS

# Two shirts of one product and a mug; prices include 19 % tax.
PRODUCTS = """\
Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,\
Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src
linen-shirt,Linen Shirt,<p>Cool.</p>,Loom,Shirts,men,true,Size,S,SHIRT-S,200,3,49.90,59.90,
linen-shirt,,,,,,,,M,SHIRT-M,210,1,49.90,59.90,
mug,Mug,<p>Holds tea.</p>,Kiln,Mugs,kitchen,true,Title,Default Title,MUG,300,10,12.00,,
"""


@pytest.fixture
def shop_front(store: Store, tmp_path: Path) -> APIClient:
    path = tmp_path / "products.csv"
    path.write_text(PRODUCTS)
    call_command("import_products", str(path), format="shopify")
    return APIClient()


@pytest.mark.django_db(transaction=True)
def test_a_guest_becomes_a_customer_buys_and_staff_see_it(shop_front: APIClient):
    found = shop_front.get("/api/v1/products", {"search": "shirt"}).json()
    assert [product["slug"] for product in found["results"]] == ["linen-shirt"]

    guest = fill_cart_as_guest(shop_front)
    log_in_as_newcomer(shop_front)
    cart = shop_front.get("/api/v1/cart", **guest).json()
    assert sorted((line["sku"], line["quantity"]) for line in cart["lines"]) == [
        ("MUG", 2),
        ("SHIRT-M", 1),
    ]

    order = order_and_pay(shop_front)
    assert shop_front.get(f"/api/v1/orders/{order['id']}").json()["state"] == "paid"
    shirt = shop_front.get("/api/v1/products/linen-shirt").json()
    available = {variant["sku"]: variant["in_stock"] for variant in shirt["variants"]}
    assert available == {"SHIRT-S": True, "SHIRT-M": False}

    events.deliver_pending()
    assert [finding for finding in backoffice.check_invariants() if not finding.is_kept] == []
    suggested = shop_front.get("/api/v1/products/linen-shirt/recommendations").json()
    assert "mug" in {product["slug"] for product in suggested}

    User.objects.create_superuser(email="staff@example.com", password="staff secret 123")
    assert see_events(order["id"]) == [
        "reservation.created",
        "order.placed",
        "reservation.committed",
        "order.paid",
    ]
    see_order_in_admin(order["number"])


def fill_cart_as_guest(client: APIClient) -> dict[str, str]:
    first = client.post("/api/v1/cart/items", {"sku": "SHIRT-M", "quantity": 1})
    assert first.status_code in {200, 201}, first.content
    guest = {"HTTP_X_CART_TOKEN": first["X-Cart-Token"]}
    client.post("/api/v1/cart/items", {"sku": "MUG", "quantity": 2}, **guest)
    return guest


def log_in_as_newcomer(client: APIClient) -> None:
    person = {"email": "ada@example.com", "password": "a long enough secret", "full_name": "Ada"}
    assert client.post("/api/v1/auth/register", person).status_code == 201
    login = {"username": person["email"], "password": person["password"]}
    token = client.post("/api/v1/auth/token", login).json()["access"]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")


def order_and_pay(client: APIClient) -> dict[str, Any]:
    total = {"amount": "78.80", "currency": "EUR"}  # 49.90 + 2 * 12.00 + 4.90 for shipping
    order = client.post(
        "/api/v1/orders",
        {"shipping_address": ADDRESS, "expected_total": total},
        HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()),
    )
    assert order.status_code == 201, order.content
    assert (order.json()["state"], order.json()["total"]) == ("pending", total)

    payment = client.post(
        f"/api/v1/orders/{order.json()['id']}/payments",
        {"gateway": "simulated", "payment_method": "success"},
        HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()),
    )
    assert payment.status_code == 201, payment.content
    assert payment.json()["state"] == "captured"
    return order.json()


def see_events(order_id: str) -> list[str]:
    staff = APIClient()
    login = {"username": "staff@example.com", "password": "staff secret 123"}
    token = staff.post("/api/v1/auth/token", login).json()["access"]
    staff.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    page = staff.get("/api/v1/events", {"aggregate_id": order_id}).json()
    return [event["name"] for event in page["results"]]


def see_order_in_admin(number: str) -> None:
    staff = Client()
    login = {"username": "staff@example.com", "password": "staff secret 123"}
    assert staff.post("/admin/login/?next=/admin/", login).status_code == 302
    page = staff.get("/admin/orders/order/", {"q": number})
    assert page.status_code == 200
    assert number in page.content.decode()
