from uuid import uuid4

import pytest

from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent
from apps.orders.models import Order, OrderLine, Shipment
from apps.orders.tests.factories import OrderFactory, OrderLineFactory, ShipmentFactory
from conftest import client_of
from tests.statements import at_most

ORDERS = "/api/v1/orders"
PARCEL = {
    "carrier": "Parcel Post",
    "tracking_number": "PP 1234",
    "tracking_url": "https://parcels.example/PP1234",
}


@pytest.fixture
def order(shopper) -> Order:
    """A paid order of three shirts and two pairs of socks."""
    order = OrderFactory(state="paid", customer=shopper, line=None)
    OrderLineFactory(order=order, position=0, quantity=3, sku="SHIRT", title="A shirt")
    OrderLineFactory(order=order, position=1, quantity=2, sku="SOCKS", title="Socks")
    return order


@pytest.fixture
def ship(staff_client, order):
    def post(body: dict | None = None, *, key: str = "ship-1", client=staff_client, at=order):
        return client.post(
            f"{ORDERS}/{at.public_id}/shipments", body, headers={"Idempotency-Key": key}
        )

    return post


def line_of(order: Order, sku: str) -> str:
    return str(order.lines.get(sku=sku).public_id)


def shipped(order: Order) -> list[int]:
    return [line.shipped_quantity for line in OrderLine.objects.filter(order=order)]


def test_staff_ship_a_part(ship, order, shopper_client):
    shirt = line_of(order, "SHIRT")
    answer = ship({**PARCEL, "lines": [{"line_id": shirt, "quantity": 2}]})
    assert answer.status_code == 201
    assert answer["Location"] == f"{ORDERS}/{order.public_id}/shipments"
    shipment = Shipment.objects.get()
    assert answer.json() == {
        "id": str(shipment.public_id),
        **PARCEL,
        "shipped_at": shipment.shipped_at.isoformat().replace("+00:00", "Z"),
        "delivered_at": None,
        "lines": [
            {
                "line_id": shirt,
                "sku": "SHIRT",
                "title": "A shirt",
                "variant_title": "",
                "quantity": 2,
            }
        ],
    }
    seen = shopper_client.get(f"{ORDERS}/{order.public_id}").json()
    assert seen["state"] == "paid"
    assert [line["shipped_quantity"] for line in seen["lines"]] == [2, 0]


@pytest.mark.parametrize("body", [None, {}, {"carrier": ""}])
def test_without_lines_all_that_is_left_is_shipped(ship, order, body):
    answer = ship(body)
    assert answer.status_code == 201
    assert [line["quantity"] for line in answer.json()["lines"]] == [3, 2]
    order.refresh_from_db()
    assert order.state == "shipped"


def test_a_parcels_number_is_no_card_number(ship):
    number = "4242424242424242"
    parcel = {"tracking_number": number, "tracking_url": f"https://parcels.example/{number}"}
    answer = ship(parcel)
    assert answer.status_code == 201
    assert answer.json() | parcel == answer.json()


def test_a_repeated_request_ships_once(ship, order):
    body = {"lines": [{"line_id": line_of(order, "SHIRT"), "quantity": 1}]}
    first, second = ship(body), ship(body)
    assert second["Idempotent-Replayed"] == "true"
    assert second.json() == first.json()
    assert shipped(order) == [1, 0]
    other = ship({"lines": [{"line_id": line_of(order, "SHIRT"), "quantity": 2}]})
    assert other.status_code == 422
    assert shipped(order) == [1, 0]


def test_a_key_is_required(staff_client, order):
    answer = staff_client.post(f"{ORDERS}/{order.public_id}/shipments", {})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "idempotency_key_required"
    assert not Shipment.objects.exists()


def test_more_than_is_left_is_not_shipped(ship, order):
    shirt = line_of(order, "SHIRT")
    answer = ship({"lines": [{"line_id": shirt, "quantity": 4}]})
    assert answer.status_code == 409
    assert answer.json()["code"] == "too_many_shipped"
    assert answer.json()["lines"] == [{"line_id": shirt, "asked": 4, "remaining": 3}]
    assert (shipped(order), Shipment.objects.count()) == ([0, 0], 0)


def test_what_is_shipped_is_not_shipped_again(ship, order):
    ship()
    answer = ship(key="ship-2")
    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["state"]) == ("order_state_conflict", "shipped")
    assert Shipment.objects.count() == 1


def test_an_unknown_line_is_not_shipped(ship, order):
    answer = ship({"lines": [{"line_id": str(uuid4()), "quantity": 1}]})
    assert (answer.status_code, answer.json()["code"]) == (404, "order_line_not_found")
    assert not Shipment.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {"lines": []},
        {"lines": None},
        {"lines": [{}]},
        {"lines": [{"line_id": "1", "quantity": 1}]},
        {"lines": [{"line_id": str(uuid4()), "quantity": 0}]},
        {"lines": [{"line_id": str(uuid4()), "quantity": -1}]},
        {"lines": [{"line_id": str(uuid4()), "quantity": 1000}]},
        {"lines": [{"line_id": str(uuid4()), "quantity": 1, "price": 1}]},
        {"lines": [{"line_id": str(uuid4()), "quantity": 1}] * 101},
        {"carrier": None},
        {"carrier": "x" * 101},
        {"carrier": "4242424242424242"},
        {"carrier": "Post\r\nBcc: all@shop.example"},
        {"tracking_number": "x" * 101},
        {"tracking_url": "http://parcels.example"},
        {"tracking_url": "HTTPS://parcels.example"},
        {"tracking_url": "javascript:alert(1)"},
        {"tracking_url": "https://"},
        {"tracking_url": "https://parcels.example/" + "x" * 500},
        {"state": "delivered", "shipped_at": "2020-01-01", "store": 2},
        [],
        "all",
    ],
)
def test_bad_parcels_are_refused(ship, order, body):
    answer = ship(body)
    assert answer.status_code == 400, answer.content
    assert (shipped(order), Shipment.objects.count()) == ([0, 0], 0)


def test_owners_look_and_do_not_ship(shopper_client, ship, order):
    answer = ship(client=shopper_client)
    assert answer.status_code == 403
    shipment = ShipmentFactory(order=order)
    at = f"{ORDERS}/{order.public_id}/shipments/{shipment.public_id}/deliver"
    assert shopper_client.post(at).status_code == 403
    shipment.refresh_from_db()
    assert shipment.delivered_at is None
    assert not OutboxEvent.objects.exists()


def test_owners_see_what_has_left_oldest_first(shopper_client, ship, order):
    ship({**PARCEL, "lines": [{"line_id": line_of(order, "SOCKS"), "quantity": 1}]})
    ship(key="ship-2")
    answer = shopper_client.get(f"{ORDERS}/{order.number}/shipments")
    assert answer.status_code == 200
    assert answer.json()["count"] == 2
    assert [
        (one["carrier"], [(line["sku"], line["quantity"]) for line in one["lines"]])
        for one in answer.json()["results"]
    ] == [("Parcel Post", [("SOCKS", 1)]), ("", [("SHIRT", 3), ("SOCKS", 1)])]


def test_the_list_takes_five_statements_however_long_it_is(shopper_client, ship, order):
    for number in range(3):
        body = {"lines": [{"line_id": line_of(order, "SHIRT"), "quantity": 1}]}
        ship(body, key=f"ship-{number}")
    shopper_client.get(ORDERS)
    with at_most(5):
        answer = shopper_client.get(f"{ORDERS}/{order.public_id}/shipments")
    assert answer.json()["count"] == 3


def test_shipping_takes_few_statements(ship, order, staff_client):
    staff_client.get(ORDERS)
    with at_most(15):
        assert ship().status_code == 201


def test_staff_record_that_a_shipment_has_arrived(ship, order, staff_client):
    shipment = ship().json()
    at = f"{ORDERS}/{order.number}/shipments/{shipment['id']}/deliver"
    answer = staff_client.post(at)
    assert answer.status_code == 200
    assert answer.json()["delivered_at"] is not None
    assert [line["quantity"] for line in answer.json()["lines"]] == [3, 2]
    order.refresh_from_db()
    assert order.state == "delivered"
    again = staff_client.post(at)
    assert again.status_code == 409
    assert again.json()["code"] == "shipment_already_delivered"
    assert again.json()["delivered_at"] == answer.json()["delivered_at"]


def test_a_repeated_delivery_with_its_key_is_answered_again(ship, order, staff_client):
    shipment = ship().json()
    at = f"{ORDERS}/{order.number}/shipments/{shipment['id']}/deliver"
    key = {"Idempotency-Key": "deliver-1"}
    first, second = staff_client.post(at, headers=key), staff_client.post(at, headers=key)
    assert second["Idempotent-Replayed"] == "true"
    assert second.json() == first.json()


def test_a_shipment_of_another_order_is_not_there(order, staff_client, shopper):
    other = ShipmentFactory(order__customer=shopper)
    for shipment in (other.public_id, uuid4()):
        answer = staff_client.post(f"{ORDERS}/{order.number}/shipments/{shipment}/deliver")
        assert (answer.status_code, answer.json()["code"]) == (404, "shipment_not_found")
    other.refresh_from_db()
    assert other.delivered_at is None


def test_nothing_can_be_done_with_somebody_elses_order(shopper_client, staff_client, ship, store):
    neighbour = ShipmentFactory(order__customer=UserFactory(store=store))
    elsewhere = ShipmentFactory()
    for one in (neighbour, elsewhere):
        at = f"{ORDERS}/{one.order.public_id}/shipments"
        assert shopper_client.get(at).status_code == 404
    at = f"{ORDERS}/{elsewhere.order.public_id}/shipments"
    assert staff_client.get(at).status_code == 404
    assert ship(at=elsewhere.order).status_code == 404
    assert staff_client.post(f"{at}/{elsewhere.public_id}/deliver").status_code == 404
    stranger = client_of(UserFactory(is_staff=True))
    assert stranger.get(f"{ORDERS}/{neighbour.order.public_id}/shipments").status_code == 401
    assert not OutboxEvent.objects.exists()


def test_nobody_looks_or_ships_without_logging_in(anonymous, order, ship):
    assert anonymous.get(f"{ORDERS}/{order.public_id}/shipments").status_code == 401
    assert ship(client=anonymous).status_code == 401
    assert not Shipment.objects.exists()


def test_what_has_partly_left_is_not_called_off(shopper_client, ship, order):
    ship({"lines": [{"line_id": line_of(order, "SOCKS"), "quantity": 1}]})
    answer = shopper_client.post(f"{ORDERS}/{order.number}/cancel", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "order_partly_shipped")
    order.refresh_from_db()
    assert order.state == "paid"


def test_what_staff_should_look_at_is_for_staff(shopper_client, staff_client, order):
    Order.objects.filter(pk=order.pk).update(attention="payment_held")
    at = f"{ORDERS}/{order.public_id}"
    assert staff_client.get(at).json()["attention"] == "payment_held"
    assert shopper_client.get(at).json()["attention"] is None
