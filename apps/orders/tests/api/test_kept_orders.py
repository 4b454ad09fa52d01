"""One's own copy of an order: for nobody else, unreadable where it lies, and never an old one."""

import pytest
from django.utils import timezone
from django_redis import get_redis_connection

from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import ProductFactory
from apps.orders import services
from apps.orders.models import Order
from apps.orders.services import RequestedLine
from apps.orders.tests.factories import OrderFactory, goods
from conftest import client_of
from tests.statements import at_most

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_answers")]

FOR_ME = "/api/v1/recommendations"
HOME = {"full_name": "Ada Lovelace", "street": "1 Main St", "city": "London", "country": "GB"}


@pytest.fixture
def order(shopper):
    return OrderFactory(customer=shopper)


def url(order: Order) -> str:
    return f"/api/v1/orders/{order.public_id}"


def test_its_owner_is_given_the_same_bytes_for_one_statement(shopper_client, order):
    first = shopper_client.get(url(order))
    with at_most(1):  # who is asking
        second = shopper_client.get(url(order))
    assert (first["X-Cache-Hit"], second["X-Cache-Hit"]) == ("false", "true")
    assert (second.content, second["ETag"]) == (first.content, first["ETag"])
    assert second["Cache-Control"] == "private, no-store"
    assert second.json()["shipping_address"]["full_name"] == "Ada Lovelace"


def test_a_number_names_it_too(shopper_client, order):
    path = f"/api/v1/orders/{order.number}"
    hits = [shopper_client.get(path)["X-Cache-Hit"] for _ in range(2)]
    assert hits == ["false", "true"]


def test_nobody_else_is_given_it(shopper_client, staff_client, anonymous, store, order):
    shopper_client.get(url(order))
    stranger = client_of(UserFactory(store=store))
    assert stranger.get(url(order)).status_code == 404
    assert anonymous.get(url(order)).status_code == 401
    seen = staff_client.get(url(order))
    assert seen["X-Cache-Hit"] == "false"
    assert seen.json()["staff_note"] is not None
    assert shopper_client.get(url(order)).json()["staff_note"] is None


def test_redis_holds_nothing_of_it_in_clear(shopper_client, order):
    redis = get_redis_connection("answers")
    redis.flushdb()
    shopper_client.get(url(order))
    assert shopper_client.get(url(order))["X-Cache-Hit"] == "true"

    names = list(redis.scan_iter("tradepost-answers:answer:*"))
    kept = b"".join(names) + b"".join(redis.get(name).partition(b"\n")[2] for name in names)

    assert len(names) == 1
    for text in (b"Lovelace", b"St James", order.number.encode(), str(order.public_id).encode()):
        assert text not in kept


def test_a_change_ends_it(shopper_client, shopper, order, django_capture_on_commit_callbacks):
    before = shopper_client.get(url(order))
    with django_capture_on_commit_callbacks(execute=True):
        answer = shopper_client.patch(
            url(order), {"customer_note": "Ring twice"}, headers={"If-Match": before["ETag"]}
        )
    assert answer.status_code == 200
    after = shopper_client.get(url(order))
    assert (after["X-Cache-Hit"], after["ETag"]) == ("false", answer["ETag"])
    assert after.json()["customer_note"] == "Ring twice"


def test_every_step_of_its_life_ends_it(
    shopper_client, shopper, django_capture_on_commit_callbacks
):
    order = services.place_order_from_lines(
        store=shopper.store,
        customer=shopper,
        lines=[RequestedLine(variant=goods(store=shopper.store).sku, quantity=1)],
        shipping_address=HOME,
        by=shopper,
        now=timezone.now(),
    )
    assert shopper_client.get(url(order)).json()["state"] == "pending"
    with django_capture_on_commit_callbacks(execute=True):
        services.cancel_order(
            store=order.store, order_id=order.public_id, by=shopper, now=timezone.now(), reason=""
        )
    assert shopper_client.get(url(order)).json()["state"] == "canceled"


def test_what_goes_into_the_cart_ends_what_is_recommended(
    shopper_client, store, django_capture_on_commit_callbacks
):
    sku = goods(store=store).sku
    ProductFactory(store=store)
    assert [shopper_client.get(FOR_ME)["X-Cache-Hit"] for _ in range(2)] == ["false", "true"]
    with django_capture_on_commit_callbacks(execute=True):
        shopper_client.post("/api/v1/cart/items", {"sku": sku, "quantity": 1})
    assert shopper_client.get(FOR_ME)["X-Cache-Hit"] == "false"
