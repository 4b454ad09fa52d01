from decimal import Decimal
from hashlib import sha256
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import VariantFactory
from apps.events.models import OutboxEvent
from apps.orders.models import Cart, CartLine
from apps.orders.tests.factories import CartFactory, CartLineFactory, goods
from conftest import client_of
from tests.statements import at_most

CART = "/api/v1/cart"
ITEMS = "/api/v1/cart/items"
SOME_ID = "018f4b6e-7b1c-7000-8000-000000000001"


def happened() -> list[str]:
    return list(OutboxEvent.objects.order_by("pk").values_list("name", flat=True))


def held(**quantities: int) -> bool:
    """Whether the open carts together hold exactly these SKUs."""
    lines = CartLine.objects.filter(cart__state="open")
    return dict(lines.values_list("variant__sku", "quantity")) == quantities


def test_a_cart_is_empty_until_something_is_put_in(shopper_client):
    answer = shopper_client.get(CART)
    assert answer.status_code == 200
    assert answer.json() == {
        "id": None,
        "token": None,
        "lines": [],
        "item_count": 0,
        "subtotal": {"amount": "0.00", "currency": "EUR"},
        "discount": {"amount": "0.00", "currency": "EUR"},
        "shipping": {"amount": "0.00", "currency": "EUR"},
        "tax": {"amount": "0.00", "currency": "EUR"},
        "total": {"amount": "0.00", "currency": "EUR"},
        "prices_include_tax": True,
    }
    assert not Cart.objects.exists()


def test_a_shopper_adds_by_sku(shopper_client, store):
    variant = goods(store=store, price="19.99")
    answer = shopper_client.post(ITEMS, {"sku": variant.sku, "quantity": 2})
    cart = Cart.objects.get()
    line = cart.lines.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(cart.public_id),
        "token": None,
        "lines": [
            {
                "id": str(line.public_id),
                "variant_id": str(variant.public_id),
                "product_id": str(variant.product.public_id),
                "product_slug": variant.product.slug,
                "sku": variant.sku,
                "title": variant.product.title,
                "variant_title": "",
                "quantity": 2,
                "unit_price": {"amount": "19.99", "currency": "EUR"},
                "line_total": {"amount": "39.98", "currency": "EUR"},
                "available": True,
                "in_stock": True,
            }
        ],
        "item_count": 2,
        "subtotal": {"amount": "39.98", "currency": "EUR"},
        "discount": {"amount": "0.00", "currency": "EUR"},
        "shipping": {"amount": "4.90", "currency": "EUR"},
        "tax": {"amount": "7.17", "currency": "EUR"},
        "total": {"amount": "44.88", "currency": "EUR"},
        "prices_include_tax": True,
    }
    assert "X-Cart-Token" not in answer
    assert happened() == ["cart.item_added"]


def test_a_shopper_adds_by_variant_id_and_one_by_default(shopper_client, store):
    variant = goods(store=store)
    answer = shopper_client.post(ITEMS, {"variant_id": str(variant.public_id)})
    assert answer.status_code == 201
    assert answer.json()["item_count"] == 1


def test_adding_again_adds_up(shopper_client, store):
    variant = goods(store=store)
    shopper_client.post(ITEMS, {"sku": variant.sku, "quantity": 2})
    answer = shopper_client.post(ITEMS, {"sku": variant.sku, "quantity": 3})
    assert [line["quantity"] for line in answer.json()["lines"]] == [5]
    assert held(**{variant.sku: 5})


def test_the_cart_is_read_as_it_was_answered(shopper_client, store):
    variant = goods(store=store)
    added = shopper_client.post(ITEMS, {"sku": variant.sku, "quantity": 2})
    read = shopper_client.get(CART)
    assert read.json() == added.json()
    assert read["ETag"] == added["ETag"]


def test_prices_are_read_anew(shopper_client, store):
    variant = goods(store=store, price="10.00")
    shopper_client.post(ITEMS, {"sku": variant.sku})
    variant.price_amount = Decimal("12.00")
    variant.save()
    assert shopper_client.get(CART).json()["subtotal"]["amount"] == "12.00"


def test_what_is_not_for_sale_any_more_is_marked_and_not_counted(shopper_client, store):
    kept, hidden, deleted = (goods(store=store) for _ in range(3))
    for variant in (kept, hidden, deleted):
        shopper_client.post(ITEMS, {"sku": variant.sku})
    hidden.product.published_at = None
    hidden.product.save()
    deleted.mark_deleted(now=timezone.now())
    cart = shopper_client.get(CART).json()
    assert [(line["sku"], line["available"]) for line in cart["lines"]] == [
        (kept.sku, True),
        (hidden.sku, False),
        (deleted.sku, False),
    ]
    assert [line["in_stock"] for line in cart["lines"]] == [True, False, False]
    assert cart["subtotal"]["amount"] == "10.00"


def test_a_price_in_another_currency_is_no_offer(shopper_client, store):
    variant = goods(store=store)
    shopper_client.post(ITEMS, {"sku": variant.sku})
    variant.currency = "USD"
    variant.save()
    cart = shopper_client.get(CART).json()
    assert cart["lines"][0]["available"] is False
    assert cart["total"] == {"amount": "0.00", "currency": "EUR"}


def test_what_is_sold_out_is_marked_and_stays_in_the_totals(shopper_client, store):
    variant = VariantFactory(product__store=store)
    cart = shopper_client.post(ITEMS, {"sku": variant.sku}).json()
    assert cart["lines"][0]["available"] is True
    assert cart["lines"][0]["in_stock"] is False
    assert cart["subtotal"]["amount"] == "10.00"


def test_a_quantity_is_set(shopper_client, shopper, store):
    line = CartLineFactory(cart__owner=shopper)
    answer = shopper_client.patch(f"{ITEMS}/{line.public_id}", {"quantity": 7})
    assert answer.status_code == 200
    assert answer.json()["subtotal"]["amount"] == "70.00"
    assert held(**{line.variant.sku: 7})
    assert happened() == ["cart.item_changed"]


def test_a_line_is_taken_out(shopper_client, shopper):
    line = CartLineFactory(cart__owner=shopper)
    other = CartLineFactory(cart=line.cart)
    answer = shopper_client.delete(f"{ITEMS}/{line.public_id}")
    assert answer.status_code == 200
    assert [one["sku"] for one in answer.json()["lines"]] == [other.variant.sku]
    assert held(**{other.variant.sku: 1})
    assert happened() == ["cart.item_removed"]


def test_a_cart_is_emptied_and_stays(shopper_client, shopper):
    line = CartLineFactory(cart__owner=shopper)
    answer = shopper_client.delete(CART)
    assert answer.status_code == 200
    assert answer.json()["id"] == str(line.cart.public_id)
    assert answer.json()["lines"] == []
    assert held()
    assert happened() == ["cart.emptied"]


def test_emptying_no_cart_is_no_error(shopper_client):
    assert shopper_client.delete(CART).json()["lines"] == []
    assert happened() == []


def test_a_guest_gets_a_token_once(anonymous, store):
    variant = goods(store=store)
    added = anonymous.post(ITEMS, {"sku": variant.sku})
    token = added.json()["token"]
    assert added["X-Cart-Token"] == token
    assert len(token) == 43
    cart = Cart.objects.get()
    assert cart.token_hash == sha256(token.encode()).hexdigest()
    anonymous.credentials(HTTP_X_CART_TOKEN=token)
    read = anonymous.get(CART)
    assert read.json()["id"] == str(cart.public_id)
    assert read.json()["token"] is None
    assert "X-Cart-Token" not in read


def test_two_guests_with_one_idempotency_key_get_their_own_carts(store):
    variant = goods(store=store)
    first = APIClient().post(ITEMS, {"sku": variant.sku}, headers={"Idempotency-Key": "1"})
    second = APIClient().post(ITEMS, {"sku": variant.sku}, headers={"Idempotency-Key": "1"})
    assert first.json()["token"] != second.json()["token"]
    assert Cart.objects.count() == 2


@pytest.mark.parametrize("method", ["get", "delete"])
def test_an_unknown_token_is_told_to_the_guest(anonymous, store, method):
    anonymous.credentials(HTTP_X_CART_TOKEN="guessed")
    answer = getattr(anonymous, method)(CART)
    assert answer.status_code == 404
    assert answer.json()["code"] == "cart_not_found"
    variant = goods(store=store)
    assert anonymous.post(ITEMS, {"sku": variant.sku}).json()["code"] == "cart_not_found"
    assert not Cart.objects.exists()


def test_a_repeated_request_adds_once(shopper_client, store):
    variant = goods(store=store)
    key = {"Idempotency-Key": "add-1"}
    first = shopper_client.post(ITEMS, {"sku": variant.sku, "quantity": 2}, headers=key)
    second = shopper_client.post(ITEMS, {"sku": variant.sku, "quantity": 2}, headers=key)
    assert second["Idempotent-Replayed"] == "true"
    assert second.json() == first.json()
    assert held(**{variant.sku: 2})


def guest_with(store, **quantities: int) -> APIClient:
    client = APIClient()
    for sku, quantity in quantities.items():
        answer = client.post(ITEMS, {"sku": sku, "quantity": quantity})
        if "X-Cart-Token" in answer:
            client.credentials(HTTP_X_CART_TOKEN=answer["X-Cart-Token"])
    return client


def log_in(client: APIClient, person) -> APIClient:
    credentials = client_of(person)._credentials
    client.credentials(**client._credentials, **credentials)
    return client


def test_a_guests_cart_is_merged_after_logging_in(store, shopper):
    both, new = goods(store=store), goods(store=store)
    client_of(shopper).post(ITEMS, {"sku": both.sku, "quantity": 1})
    client = log_in(guest_with(store, **{both.sku: 2, new.sku: 3}), shopper)
    first = client.get(CART)
    again = client.get(CART)
    assert first.status_code == 200
    assert [(line["sku"], line["quantity"]) for line in first.json()["lines"]] == [
        (both.sku, 3),
        (new.sku, 3),
    ]
    assert again.json() == first.json()
    assert sorted(Cart.objects.values_list("state", flat=True)) == ["merged", "open"]
    assert happened().count("cart.merged") == 1


def test_a_merged_cart_is_gone_for_its_token(store, shopper):
    variant = goods(store=store)
    guest = guest_with(store, **{variant.sku: 2})
    token = guest._credentials["HTTP_X_CART_TOKEN"]
    log_in(guest, shopper).get(CART)
    stranger = APIClient()
    stranger.credentials(HTTP_X_CART_TOKEN=token)
    assert stranger.get(CART).json()["code"] == "cart_not_found"
    assert held(**{variant.sku: 2})


def test_every_write_merges_too(store, shopper):
    variant, other = goods(store=store), goods(store=store)
    client = log_in(guest_with(store, **{variant.sku: 2}), shopper)
    answer = client.post(ITEMS, {"sku": other.sku})
    assert answer.json()["item_count"] == 3
    assert answer.json()["token"] is None
    assert held(**{variant.sku: 2, other.sku: 1})


def test_merging_stops_at_what_a_line_holds(store, shopper):
    variant = goods(store=store)
    CartLineFactory(cart__owner=shopper, variant=variant, quantity=998)
    client = log_in(guest_with(store, **{variant.sku: 5}), shopper)
    assert client.get(CART).json()["item_count"] == 999


def test_merging_stops_at_what_a_cart_holds(store, shopper):
    cart = CartFactory(owner=shopper)
    variants = VariantFactory.create_batch(99, product__store=store)
    CartLine.objects.bulk_create(CartLine(cart=cart, variant=one, quantity=1) for one in variants)
    first, second = goods(store=store), goods(store=store)
    client = log_in(guest_with(store, **{first.sku: 1, second.sku: 1}), shopper)
    lines = client.get(CART).json()["lines"]
    assert len(lines) == 100
    assert lines[-1]["sku"] == first.sku


def test_a_token_opens_no_cart_of_another_store(store, shopper):
    elsewhere = goods(store=UserFactory().store)
    cart = Cart.objects.create(
        store=elsewhere.store, token_hash=sha256(b"stolen").hexdigest(), state="open"
    )
    CartLineFactory(cart=cart, variant=elsewhere)
    client = client_of(shopper)
    client.credentials(**client._credentials, HTTP_X_CART_TOKEN="stolen")
    assert client.get(CART).json()["lines"] == []
    cart.refresh_from_db()
    assert cart.state == "open"


def test_more_than_a_line_holds_is_refused(shopper_client, store):
    variant = goods(store=store)
    shopper_client.post(ITEMS, {"sku": variant.sku, "quantity": 999})
    answer = shopper_client.post(ITEMS, {"sku": variant.sku})
    assert answer.status_code == 422
    assert answer.json()["code"] == "quantity_too_large"
    assert answer.json()["most"] == 999
    assert held(**{variant.sku: 999})


def test_more_lines_than_a_cart_holds_are_refused(shopper_client, shopper, store):
    cart = CartFactory(owner=shopper)
    variants = VariantFactory.create_batch(100, product__store=store)
    CartLine.objects.bulk_create(CartLine(cart=cart, variant=one, quantity=1) for one in variants)
    answer = shopper_client.post(ITEMS, {"sku": goods(store=store).sku})
    assert answer.status_code == 409
    assert answer.json()["code"] == "cart_full"
    assert cart.lines.count() == 100
    assert shopper_client.post(ITEMS, {"sku": variants[0].sku}).status_code == 201


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "sku", "one_reference_required"),
        ({"quantity": 1}, "sku", "one_reference_required"),
        ({"sku": "A", "variant_id": SOME_ID}, "sku", "one_reference_required"),
        ({"sku": ""}, "sku", "blank"),
        ({"sku": None}, "sku", "null"),
        ({"sku": ["A"]}, "sku", "invalid"),
        ({"sku": "x" * 101}, "sku", "max_length"),
        ({"variant_id": "not-a-uuid"}, "variant_id", "invalid"),
        ({"variant_id": 10**39}, "variant_id", "invalid"),
        ({"sku": "A", "quantity": 0}, "quantity", "min_value"),
        ({"sku": "A", "quantity": -1}, "quantity", "min_value"),
        ({"sku": "A", "quantity": 1000}, "quantity", "max_value"),
        ({"sku": "A", "quantity": 10**30}, "quantity", "max_value"),
        ({"sku": "A", "quantity": "many"}, "quantity", "invalid"),
        ({"sku": "A", "quantity": 1.5}, "quantity", "invalid"),
        ({"sku": "A", "quantity": True}, "quantity", "invalid"),
        ({"sku": "A", "quantity": None}, "quantity", "null"),
        ({"sku": "A", "unit_price": "0.01"}, "unit_price", "unknown_field"),
        ({"sku": "A", "owner": 1, "store": 1}, "owner", "unknown_field"),
        ([], "non_field_errors", "invalid"),
        ("sku", "non_field_errors", "invalid"),
    ],
)
def test_bad_input_is_named(shopper_client, body, field, code):
    answer = shopper_client.post(ITEMS, body)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    errors = {error["field"]: error["code"] for error in answer.json()["errors"]}
    assert errors[field] == code
    assert not Cart.objects.exists()


@pytest.mark.parametrize("body", ['{"sku": "a\\u0000"}', '{"sku": "\\ud800"}', "{", '{"sku": NaN}'])
def test_what_is_no_storable_json_is_refused(shopper_client, body):
    answer = shopper_client.post(ITEMS, body, content_type="application/json")
    assert answer.status_code == 400
    assert not Cart.objects.exists()


def test_what_is_not_for_sale_cannot_be_added(shopper_client, store):
    hidden = VariantFactory(product__store=store, product__published_at=None)
    foreign = VariantFactory()
    references = [
        {"sku": hidden.sku},
        {"sku": foreign.sku},
        {"variant_id": str(foreign.public_id)},
        {"variant_id": str(uuid4())},
        {"sku": "nothing"},
    ]
    for reference in references:
        answer = shopper_client.post(ITEMS, reference)
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_for_sale"
    assert not Cart.objects.exists()


@pytest.mark.parametrize("quantity", [0, 1000, "x", None])
def test_a_quantity_is_checked(shopper_client, shopper, quantity):
    line = CartLineFactory(cart__owner=shopper, quantity=3)
    answer = shopper_client.patch(f"{ITEMS}/{line.public_id}", {"quantity": quantity})
    assert answer.status_code == 400
    assert held(**{line.variant.sku: 3})


def test_somebody_elses_line_is_not_there(shopper_client, shopper, anonymous):
    foreign = CartLineFactory(quantity=3)
    CartLineFactory(cart__owner=shopper)
    for client in (shopper_client, anonymous):
        for path in (foreign.public_id, uuid4(), "1", "nonsense"):
            assert client.patch(f"{ITEMS}/{path}", {"quantity": 1}).status_code == 404
            assert client.delete(f"{ITEMS}/{path}").status_code == 404
    foreign.refresh_from_db()
    assert foreign.quantity == 3


def test_a_stale_version_is_refused(shopper_client, shopper, store):
    line = CartLineFactory(cart__owner=shopper, quantity=3)
    variant = goods(store=store)
    stale = {"If-Match": shopper_client.get(CART)["ETag"]}
    shopper_client.patch(f"{ITEMS}/{line.public_id}", {"quantity": 4})
    answers = [
        shopper_client.post(ITEMS, {"sku": variant.sku}, headers=stale),
        shopper_client.patch(f"{ITEMS}/{line.public_id}", {"quantity": 5}, headers=stale),
        shopper_client.delete(f"{ITEMS}/{line.public_id}", headers=stale),
        shopper_client.delete(CART, headers=stale),
    ]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (412, "stale_version")
    ] * 4
    assert held(**{line.variant.sku: 4})
    fresh = {"If-Match": shopper_client.get(CART)["ETag"]}
    assert shopper_client.delete(CART, headers=fresh).status_code == 200


def test_an_unchanged_cart_is_not_sent_again(shopper_client, shopper):
    CartLineFactory(cart__owner=shopper)
    tag = shopper_client.get(CART)["ETag"]
    answer = shopper_client.get(CART, headers={"If-None-Match": tag})
    assert answer.status_code == 304


def test_methods_that_are_not_there_are_405(shopper_client):
    assert shopper_client.put(CART, {}).status_code == 405
    assert shopper_client.get(ITEMS).status_code == 405


def test_adding_takes_at_most_ten_statements(shopper_client, store):
    first, second = goods(store=store), goods(store=store)
    shopper_client.get(CART)
    with at_most(10):
        shopper_client.post(ITEMS, {"sku": first.sku}, headers={"Idempotency-Key": "first"})
    with at_most(9):
        shopper_client.post(ITEMS, {"sku": second.sku}, headers={"Idempotency-Key": "second"})
    with at_most(7):
        shopper_client.post(ITEMS, {"sku": second.sku})


def test_reading_a_cart_takes_three_statements_whatever_is_in_it(shopper_client, shopper, store):
    cart = CartFactory(owner=shopper)
    for _ in range(5):
        CartLineFactory(cart=cart)
    shopper_client.get(CART)
    with at_most(3):
        assert shopper_client.get(CART).json()["item_count"] == 5
