from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.accounts.tests.factories import AddressFactory, UserFactory
from apps.catalog.tests.factories import VariantFactory
from apps.events.models import OutboxEvent
from apps.inventory.models import Reservation, StockItem
from apps.orders.models import Cart, Order, OrderLine, OrderTransition
from apps.orders.tests.factories import CartFactory, CartLineFactory, goods
from conftest import client_of
from tests.statements import at_most

ORDERS = "/api/v1/orders"
ITEMS = "/api/v1/cart/items"
SOME_ID = "018f4b6e-7b1c-7000-8000-000000000001"
LONDON = {
    "full_name": "Ada Lovelace",
    "street": "12 St James's Square",
    "postal_code": "SW1Y 4JH",
    "city": "London",
    "country": "GB",
}
YEAR_AGO = datetime(2025, 11, 20, tzinfo=UTC)

_keys = iter(range(10**6))


def place(client, *, key: str | None = None, address: bool = True, **body):
    if address:
        body = {"shipping_address": LONDON, **body}
    key = key or f"key-{next(_keys)}"
    return client.post(ORDERS, body, headers={"Idempotency-Key": key})


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def nothing_was_ordered() -> bool:
    return not (
        Order.objects.exists()
        or OrderLine.objects.exists()
        or OrderTransition.objects.exists()
        or Reservation.objects.exists()
        or StockItem.objects.filter(reserved__gt=0).exists()
        or OutboxEvent.objects.filter(name__startswith="order.").exists()
        or Cart.objects.filter(state="ordered").exists()
    )


def test_a_cart_becomes_an_order(shopper_client, shopper, store):
    shirt = goods(store=store, price="19.99", on_hand=5)
    socks = goods(store=store, price="5.00", on_hand=5)
    cart = CartFactory(owner=shopper)
    CartLineFactory(cart=cart, variant=shirt, quantity=2)
    CartLineFactory(cart=cart, variant=socks, quantity=1)
    before = timezone.now()
    answer = place(shopper_client, expected_total=euros("49.88"), customer_note="Ring twice")
    order = Order.objects.get()
    body = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"{ORDERS}/{order.public_id}"
    assert body["id"] == str(order.public_id)
    assert body["number"] == order.number
    assert body["state"] == "pending"
    assert body["customer_id"] == str(shopper.public_id)
    assert body["subtotal"] == euros("44.98")
    assert body["shipping"] == euros("4.90")
    assert body["tax"] == euros("7.96")
    assert body["total"] == euros("49.88")
    assert body["prices_include_tax"] is True
    assert body["tax_rate"] == "0.1900"
    assert body["customer_note"] == "Ring twice"
    assert body["staff_note"] is None
    assert body["shipping_address"] == {
        **LONDON,
        "company": "",
        "street_extra": "",
        "region": "",
        "phone": "",
    }
    assert [
        (line["sku"], line["title"], line["quantity"], line["unit_price"], line["line_total"])
        for line in body["lines"]
    ] == [
        (shirt.sku, shirt.product.title, 2, euros("19.99"), euros("39.98")),
        (socks.sku, socks.product.title, 1, euros("5.00"), euros("5.00")),
    ]
    assert before <= order.placed_at == order.expires_at - timedelta(minutes=15)
    assert [(step.from_state, step.to_state) for step in order.transitions.all()] == [
        ("", "pending")
    ]
    cart.refresh_from_db()
    assert cart.state == "ordered"


def test_placing_reserves_the_stock_for_the_order(shopper_client, shopper, store):
    line = CartLineFactory(cart__owner=shopper, variant=goods(store=store), quantity=3)
    place(shopper_client)
    order = Order.objects.get()
    reservation = Reservation.objects.get()
    assert reservation.reference == order.public_id
    assert reservation.expires_at == order.expires_at
    stock = StockItem.objects.get(variant=line.variant)
    assert (stock.on_hand, stock.reserved) == (10, 3)


def test_placing_is_announced_without_personal_data(shopper_client, shopper, store):
    cart = CartFactory(owner=shopper)
    CartLineFactory(cart=cart, variant=goods(store=store))
    place(shopper_client, customer_note="Ring twice")
    order = Order.objects.get()
    event = OutboxEvent.objects.get(name="order.placed")
    assert event.aggregate_id == order.public_id
    assert event.actor == f"user:{shopper.public_id}"
    assert event.payload == {
        "number": order.number,
        "customer_id": str(shopper.public_id),
        "cart_id": str(cart.public_id),
        "total": euros("14.90"),
        "expires_at": order.expires_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def test_the_first_sale_keeps_a_product(shopper_client, store):
    new, old = goods(store=store), goods(store=store, first_sold=YEAR_AGO)
    place(
        shopper_client,
        lines=[{"sku": new.sku, "quantity": 1}, {"sku": old.sku, "quantity": 1}],
    )
    new.product.refresh_from_db()
    old.product.refresh_from_db()
    assert new.product.first_sold_at == Order.objects.get().placed_at
    assert old.product.first_sold_at == YEAR_AGO


def test_lines_are_ordered_without_a_cart(shopper_client, shopper, store):
    shirt, socks = goods(store=store, price="19.99"), goods(store=store, price="5.00")
    kept = CartLineFactory(cart__owner=shopper)
    answer = place(
        shopper_client,
        lines=[
            {"sku": shirt.sku, "quantity": 2, "unit_price": euros("19.99")},
            {"variant_id": str(socks.public_id), "quantity": 1},
        ],
    )
    assert answer.status_code == 201
    assert answer.json()["total"] == euros("49.88")
    kept.cart.refresh_from_db()
    assert kept.cart.state == "open"


def test_two_lines_of_one_variant_are_added_up(shopper_client, store):
    variant = goods(store=store, on_hand=5)
    lines = [{"sku": variant.sku, "quantity": 3}, {"sku": variant.sku, "quantity": 3}]
    answer = place(shopper_client, lines=lines)
    assert answer.status_code == 409
    assert answer.json()["code"] == "out_of_stock"
    assert answer.json()["shortages"] == [{"sku": variant.sku, "requested": 6, "available": 5}]
    assert nothing_was_ordered()
    lines[1]["quantity"] = 2
    assert place(shopper_client, lines=lines).status_code == 201


def test_a_saved_address_is_copied(shopper_client, shopper, store):
    address = AddressFactory(owner=shopper, company="Analytical Engines")
    line = {"sku": goods(store=store).sku, "quantity": 1}
    answer = place(shopper_client, address=False, address_id=str(address.public_id), lines=[line])
    assert answer.status_code == 201
    assert answer.json()["shipping_address"] == {
        "full_name": "Ada Lovelace",
        "company": "Analytical Engines",
        "street": "12 St James's Square",
        "street_extra": "",
        "postal_code": "SW1Y 4JH",
        "city": "London",
        "region": "",
        "country": "GB",
        "phone": "",
    }


def test_somebody_elses_address_is_not_there(shopper_client, store):
    foreign = AddressFactory(owner=UserFactory(store=store))
    line = {"sku": goods(store=store).sku, "quantity": 1}
    for address_id in (str(foreign.public_id), SOME_ID):
        answer = place(shopper_client, address=False, address_id=address_id, lines=[line])
        assert answer.status_code == 404
    assert nothing_was_ordered()


def test_prices_without_tax_get_it_added(shopper_client, store):
    store.prices_include_tax = False
    store.save()
    answer = place(shopper_client, lines=[{"sku": goods(store=store).sku, "quantity": 1}])
    assert answer.json()["tax"] == euros("2.83")
    assert answer.json()["total"] == euros("17.73")


def test_an_empty_cart_cannot_be_ordered(shopper_client, shopper):
    without_cart = place(shopper_client)
    CartFactory(owner=shopper)
    without_lines = place(shopper_client)
    assert without_cart.status_code == without_lines.status_code == 409
    assert without_cart.json()["code"] == without_lines.json()["code"] == "cart_empty"
    assert nothing_was_ordered()


def test_a_cart_is_ordered_once(shopper_client, shopper, store):
    cart = CartFactory(owner=shopper)
    CartLineFactory(cart=cart, variant=goods(store=store))
    first = place(shopper_client)
    for body in ({}, {"cart_id": str(cart.public_id)}):
        second = place(shopper_client, **body)
        assert second.status_code == 409
        assert second.json()["code"] == "cart_already_ordered"
        assert second.json()["number"] == first.json()["number"]
        assert second.json()["order_id"] == first.json()["id"]
    assert Order.objects.count() == 1


def test_a_named_cart_is_ordered_and_no_later_one(shopper_client, shopper, store):
    cart = CartFactory(owner=shopper)
    CartLineFactory(cart=cart, variant=goods(store=store))
    place(shopper_client, cart_id=str(cart.public_id))
    later = CartLineFactory(cart__owner=shopper, variant=goods(store=store))
    answer = place(shopper_client, cart_id=str(cart.public_id))
    assert answer.json()["code"] == "cart_already_ordered"
    later.cart.refresh_from_db()
    assert later.cart.state == "open"


def test_somebody_elses_cart_is_not_there(shopper_client, store):
    foreign = CartLineFactory(cart__owner=UserFactory(store=store), variant=goods(store=store))
    for cart_id in (str(foreign.cart.public_id), SOME_ID):
        answer = place(shopper_client, cart_id=cart_id)
        assert answer.status_code == 404
        assert answer.json()["code"] == "cart_not_found"
    assert nothing_was_ordered()


def test_a_guests_cart_is_ordered_after_logging_in(anonymous, shopper, store):
    variant = goods(store=store)
    token = anonymous.post(ITEMS, {"sku": variant.sku, "quantity": 2})["X-Cart-Token"]
    client = client_of(shopper)
    client.credentials(**client._credentials, HTTP_X_CART_TOKEN=token)
    answer = place(client)
    assert answer.status_code == 201
    assert [line["quantity"] for line in answer.json()["lines"]] == [2]


def test_a_guest_has_to_log_in(anonymous, store):
    token = anonymous.post(ITEMS, {"sku": goods(store=store).sku})["X-Cart-Token"]
    anonymous.credentials(HTTP_X_CART_TOKEN=token)
    answer = place(anonymous)
    assert answer.status_code == 401
    assert nothing_was_ordered()


def test_a_changed_price_is_not_charged(shopper_client, shopper, store):
    line = CartLineFactory(cart__owner=shopper, variant=goods(store=store, price="10.00"))
    line.variant.price_amount = Decimal("12.00")
    line.variant.save()
    answer = place(shopper_client, expected_total=euros("14.90"))
    assert answer.status_code == 409
    assert answer.json()["code"] == "price_changed"
    assert answer.json()["submitted"] == euros("14.90")
    assert answer.json()["current"] == euros("16.90")
    assert nothing_was_ordered()
    assert place(shopper_client, expected_total=euros("16.90")).status_code == 201


def test_every_changed_unit_price_is_named(shopper_client, store):
    same, dearer, cheaper = (goods(store=store, price="10.00") for _ in range(3))
    answer = place(
        shopper_client,
        lines=[
            {"sku": same.sku, "quantity": 1, "unit_price": euros("10.00")},
            {"sku": dearer.sku, "quantity": 1, "unit_price": euros("9.00")},
            {"sku": cheaper.sku, "quantity": 1, "unit_price": euros("11.00")},
        ],
    )
    assert answer.status_code == 409
    assert answer.json()["code"] == "price_changed"
    assert answer.json()["submitted"] == euros("9.00")
    assert answer.json()["current"] == euros("10.00")
    assert answer.json()["lines"] == [
        {"sku": dearer.sku, "submitted": euros("9.00"), "current": euros("10.00")},
        {"sku": cheaper.sku, "submitted": euros("11.00"), "current": euros("10.00")},
    ]
    assert nothing_was_ordered()


def test_a_price_in_another_currency_is_another_price(shopper_client, store):
    line = {"sku": goods(store=store).sku, "quantity": 1}
    answer = place(
        shopper_client, lines=[line], expected_total={"amount": "14.90", "currency": "USD"}
    )
    assert answer.json()["code"] == "price_changed"
    assert nothing_was_ordered()


def test_what_sold_out_is_named_and_nothing_is_ordered(shopper_client, shopper, store):
    cart = CartFactory(owner=shopper)
    plenty, scarce = goods(store=store), goods(store=store, on_hand=1)
    CartLineFactory(cart=cart, variant=plenty, quantity=2)
    CartLineFactory(cart=cart, variant=scarce, quantity=2)
    answer = place(shopper_client)
    assert answer.status_code == 409
    assert answer.json()["code"] == "out_of_stock"
    assert answer.json()["shortages"] == [{"sku": scarce.sku, "requested": 2, "available": 1}]
    assert nothing_was_ordered()
    scarce.product.refresh_from_db()
    assert scarce.product.first_sold_at is None


def test_what_is_not_for_sale_any_more_stops_the_order(shopper_client, shopper, store):
    cart = CartFactory(owner=shopper)
    CartLineFactory(cart=cart, variant=goods(store=store))
    hidden = CartLineFactory(cart=cart, variant=goods(store=store)).variant
    hidden.product.published_at = None
    hidden.product.save()
    answer = place(shopper_client)
    assert answer.status_code == 409
    assert answer.json()["code"] == "product_unavailable"
    assert answer.json()["variants"] == [hidden.sku]
    assert nothing_was_ordered()


def test_lines_that_nobody_can_buy_are_named(shopper_client, store):
    foreign = VariantFactory()
    answer = place(
        shopper_client,
        lines=[
            {"sku": goods(store=store).sku, "quantity": 1},
            {"variant_id": str(foreign.public_id), "quantity": 1},
            {"sku": "nothing", "quantity": 1},
        ],
    )
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_for_sale"
    assert answer.json()["variants"] == [str(foreign.public_id), "nothing"]
    assert nothing_was_ordered()


def test_an_order_beyond_what_can_be_written_down_is_refused(shopper_client, store):
    variant = goods(store=store, price="999999999999999.00", on_hand=10)
    answer = place(shopper_client, lines=[{"sku": variant.sku, "quantity": 2}])
    assert answer.status_code == 422
    assert answer.json()["code"] == "order_too_large"
    assert nothing_was_ordered()


def test_an_idempotency_key_is_required(shopper_client, store):
    body = {"shipping_address": LONDON, "lines": [{"sku": goods(store=store).sku, "quantity": 1}]}
    answer = shopper_client.post(ORDERS, body)
    assert answer.status_code == 400
    assert nothing_was_ordered()


def test_a_repeated_request_orders_once(shopper_client, store):
    lines = [{"sku": goods(store=store).sku, "quantity": 1}]
    first = place(shopper_client, key="once", lines=lines)
    second = place(shopper_client, key="once", lines=lines)
    other = place(shopper_client, key="once", lines=[{**lines[0], "quantity": 2}])
    assert second["Idempotent-Replayed"] == "true"
    assert second.json() == first.json()
    assert second["Location"] == first["Location"]
    assert other.json()["code"] == "idempotency_key_reused"
    assert Order.objects.count() == 1


def test_a_refused_order_leaves_its_key_free(shopper_client, store):
    variant = goods(store=store, on_hand=1)
    assert (
        place(shopper_client, key="k", lines=[{"sku": variant.sku, "quantity": 2}]).status_code
        == 409
    )
    assert (
        place(shopper_client, key="k", lines=[{"sku": variant.sku, "quantity": 1}]).status_code
        == 201
    )


LINE = {"sku": "A", "quantity": 1}


def to(**changes):
    return {"shipping_address": {**LONDON, **changes}}


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"shipping_address": None}, "shipping_address", "null"),
        ({"shipping_address": "London"}, "shipping_address.non_field_errors", "invalid"),
        ({"shipping_address": {}}, "shipping_address.full_name", "required"),
        (to(country="XX"), "shipping_address.country", "unknown_country"),
        (to(city="x" * 101), "shipping_address.city", "max_length"),
        (to(is_default=True), "shipping_address.is_default", "unknown_field"),
        ({"address_id": SOME_ID}, "shipping_address", "one_address_required"),
        ({"lines": []}, "lines.non_field_errors", "min_length"),
        ({"lines": None}, "lines", "null"),
        ({"lines": "all"}, "lines.non_field_errors", "not_a_list"),
        ({"lines": [LINE] * 101}, "lines.non_field_errors", "max_length"),
        ({"lines": [LINE, {"sku": "A"}]}, "lines.1.quantity", "required"),
        ({"lines": [{**LINE, "quantity": 0}]}, "lines.0.quantity", "min_value"),
        ({"lines": [{**LINE, "quantity": 1000}]}, "lines.0.quantity", "max_value"),
        ({"lines": [{"quantity": 1}]}, "lines.0.sku", "one_reference_required"),
        ({"lines": [{**LINE, "unit_price": 10}]}, "lines.0.unit_price", "not_money"),
        ({"lines": [{**LINE, "line_total": "0.01"}]}, "lines.0.line_total", "unknown_field"),
        ({"lines": [LINE], "cart_id": SOME_ID}, "lines", "cart_or_lines"),
        ({"cart_id": "mine"}, "cart_id", "invalid"),
        ({"expected_total": "14.90"}, "expected_total", "not_money"),
        ({"expected_total": euros("14.901")}, "expected_total", "too_precise"),
        ({"customer_note": "x" * 2001}, "customer_note", "max_length"),
        ({"customer_note": "4242 4242 4242 4242"}, "customer_note", "card_number_refused"),
        (
            to(street="378282246310005 Card Street"),
            "shipping_address.street",
            "card_number_refused",
        ),
        ({"state": "paid"}, "state", "unknown_field"),
        ({"total": euros("0.01")}, "total", "unknown_field"),
        ({"customer": 1, "store": 1, "discount": "100"}, "customer", "unknown_field"),
    ],
)
def test_bad_input_is_named(shopper_client, shopper, store, body, field, code):
    CartLineFactory(cart__owner=shopper, variant=goods(store=store))
    answer = place(shopper_client, **body)
    assert answer.status_code == 400, answer.content
    errors = {error["field"]: error["code"] for error in answer.json()["errors"]}
    assert errors[field] == code
    assert nothing_was_ordered()


@pytest.mark.parametrize("body", [{}, {"shipping_address": LONDON, "address_id": SOME_ID}])
def test_exactly_one_address_is_needed(shopper_client, shopper, store, body):
    CartLineFactory(cart__owner=shopper, variant=goods(store=store))
    answer = place(shopper_client, address=False, **body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "one_address_required"
    assert nothing_was_ordered()


def test_an_order_of_three_lines_takes_at_most_fifteen_statements(shopper_client, shopper, store):
    cart = CartFactory(owner=shopper)
    for _ in range(3):
        CartLineFactory(cart=cart, variant=goods(store=store, first_sold=YEAR_AGO))
    shopper_client.get("/api/v1/cart")
    with at_most(13):
        assert place(shopper_client).status_code == 201


def test_first_sales_cost_two_statements_more(shopper_client, shopper, store):
    cart = CartFactory(owner=shopper)
    for _ in range(3):
        CartLineFactory(cart=cart, variant=goods(store=store))
    shopper_client.get("/api/v1/cart")
    with at_most(15):
        assert place(shopper_client).status_code == 201
