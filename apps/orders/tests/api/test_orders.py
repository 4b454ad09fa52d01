from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.events.models import OutboxEvent
from apps.inventory.models import Reservation, StockItem
from apps.orders import services
from apps.orders.models import Order
from apps.orders.services import RequestedLine
from apps.orders.tests.factories import OrderFactory, OrderLineFactory, goods
from conftest import client_of
from tests.statements import at_most

ORDERS = "/api/v1/orders"
SOME_ID = "018f4b6e-7b1c-7000-8000-000000000001"
PARIS = {
    "full_name": "Sophie Germain",
    "street": "13 rue de Savoie",
    "postal_code": "75006",
    "city": "Paris",
    "country": "FR",
}


def place_order(customer, *, on_hand: int = 10, quantity: int = 2) -> Order:
    variant = goods(store=customer.store, on_hand=on_hand)
    return services.place_order_from_lines(
        store=customer.store,
        customer=customer,
        lines=[RequestedLine(variant=variant.sku, quantity=quantity)],
        shipping_address=PARIS,
        by=customer,
        now=timezone.now(),
    )


def test_shoppers_see_their_own_orders_newest_first(shopper_client, shopper, store):
    first, second = OrderFactory(customer=shopper), OrderFactory(customer=shopper)
    OrderFactory(customer=UserFactory(store=store))
    answer = shopper_client.get(ORDERS)
    assert answer.status_code == 200
    assert [one["number"] for one in answer.json()["results"]] == [second.number, first.number]
    assert answer.json()["next"] is None


def test_staff_see_all_orders_of_their_store(staff_client, store):
    mine, other = OrderFactory(customer__store=store), OrderFactory(customer__store=store)
    OrderFactory()
    numbers = [one["number"] for one in staff_client.get(ORDERS).json()["results"]]
    assert numbers == [other.number, mine.number]
    answer = staff_client.get(ORDERS, {"customer": str(mine.customer.public_id)})
    assert [one["number"] for one in answer.json()["results"]] == [mine.number]


def test_a_shopper_gains_nothing_by_naming_another_customer(shopper_client, store):
    foreign = OrderFactory(customer__store=store)
    answer = shopper_client.get(ORDERS, {"customer": str(foreign.customer.public_id)})
    assert answer.json()["results"] == []


def test_orders_are_filtered(shopper_client, shopper):
    def at(day: int, **fields):
        return OrderFactory(
            customer=shopper, placed_at=datetime(2026, 11, day, tzinfo=UTC), **fields
        )

    early, middle, late = at(1), at(10, state="paid"), at(20)

    def found(**query):
        results = shopper_client.get(ORDERS, query).json()["results"]
        return [one["number"] for one in results]

    assert found(state="paid") == [middle.number]
    assert found(placed_after="2026-11-10T00:00:00Z") == [late.number, middle.number]
    assert found(placed_before="2026-11-10T00:00:00Z") == [early.number]
    assert found(state="pending", placed_after="2026-11-05T00:00:00Z") == [late.number]


@pytest.mark.parametrize(
    "query", [{"state": "lost"}, {"placed_after": "yesterday"}, {"customer": "me"}]
)
def test_a_filter_that_makes_no_sense_is_refused(shopper_client, query):
    answer = shopper_client.get(ORDERS, query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == next(iter(query))


def test_the_list_is_paged_by_cursor(shopper_client, shopper):
    orders = OrderFactory.create_batch(5, customer=shopper)
    numbers, url = [], f"{ORDERS}?page_size=2"
    while url:
        page = shopper_client.get(url).json()
        numbers += [one["number"] for one in page["results"]]
        url = page["next"]
    assert numbers == [one.number for one in reversed(orders)]
    assert shopper_client.get(ORDERS, {"cursor": "nonsense"}).status_code == 404


def test_the_list_takes_two_statements_however_long_it_is(shopper_client, shopper):
    OrderFactory.create_batch(5, customer=shopper)
    shopper_client.get(ORDERS)
    with at_most(2):
        assert len(shopper_client.get(ORDERS).json()["results"]) == 5


@pytest.mark.parametrize("spelling", ["{id}", "{number}", "{lower}", "{bare}"])
def test_an_order_is_read_by_id_or_number(shopper_client, shopper, spelling):
    order = OrderFactory(customer=shopper, number="K7QF-9W2M")
    name = spelling.format(
        id=order.public_id, number=order.number, lower="k7qf-9w2m", bare="K7QF9W2M"
    )
    answer = shopper_client.get(f"{ORDERS}/{name}")
    assert answer.status_code == 200
    assert answer.json()["number"] == "K7QF-9W2M"
    assert answer.json()["lines"][0]["line_total"] == {"amount": "10.00", "currency": "EUR"}


def test_an_order_is_read_in_three_statements(shopper_client, shopper):
    order = OrderFactory(customer=shopper, line=None)
    for position in range(3):
        OrderLineFactory(order=order, position=position)
    shopper_client.get(ORDERS)
    with at_most(3):
        assert shopper_client.get(f"{ORDERS}/{order.public_id}").status_code == 200


def test_an_unchanged_order_is_not_sent_again(shopper_client, shopper):
    order = OrderFactory(customer=shopper)
    tag = shopper_client.get(f"{ORDERS}/{order.public_id}")["ETag"]
    answer = shopper_client.get(f"{ORDERS}/{order.public_id}", headers={"If-None-Match": tag})
    assert answer.status_code == 304


def test_nothing_can_be_done_with_somebody_elses_order(shopper_client, store):
    neighbour = OrderFactory(customer__store=store)
    elsewhere = OrderFactory()
    names = [
        neighbour.public_id,
        neighbour.number,
        elsewhere.public_id,
        elsewhere.number,
        SOME_ID,
        "1",
        "nonsense",
        "2222-2222",
    ]
    for name in names:
        at = f"{ORDERS}/{name}"
        answers = [
            shopper_client.get(at),
            shopper_client.patch(at, {"customer_note": "mine"}),
            shopper_client.post(f"{at}/cancel", {}),
            shopper_client.get(f"{at}/lines"),
            shopper_client.get(f"{at}/timeline"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 5
    for order in (neighbour, elsewhere):
        order.refresh_from_db()
        assert (order.state, order.customer_note, order.version) == ("pending", "", 1)


def test_staff_of_another_store_see_nothing(store):
    order = OrderFactory(customer__store=store)
    stranger = client_of(UserFactory(is_staff=True))
    assert stranger.get(f"{ORDERS}/{order.public_id}").status_code == 401
    with_host = client_of(order.customer)
    assert with_host.get(f"{ORDERS}/{order.public_id}").status_code == 200


def test_nobody_reads_orders_without_logging_in(anonymous, store):
    order = OrderFactory(customer__store=store)
    assert anonymous.get(ORDERS).status_code == 401
    assert anonymous.get(f"{ORDERS}/{order.public_id}").status_code == 401


def test_lines_are_paged(shopper_client, shopper):
    order = OrderFactory(customer=shopper, line=None)
    for position in range(3):
        OrderLineFactory(order=order, position=position, sku=f"SKU-{position}")
    answer = shopper_client.get(f"{ORDERS}/{order.number}/lines", {"page_size": 2})
    assert answer.json()["count"] == 3
    assert [one["sku"] for one in answer.json()["results"]] == ["SKU-0", "SKU-1"]
    with at_most(4):
        shopper_client.get(f"{ORDERS}/{order.number}/lines")


def test_the_timeline_tells_who_did_what(shopper_client, staff_client, shopper, staff):
    order = place_order(shopper)
    services.cancel_order(
        store=order.store,
        order_id=order.public_id,
        by=staff,
        reason="sold by phone",
        now=timezone.now(),
    )
    with at_most(4):
        answer = shopper_client.get(f"{ORDERS}/{order.public_id}/timeline")
    assert [
        (step["from_state"], step["to_state"], step["actor"], step["reason"])
        for step in answer.json()["results"]
    ] == [("", "pending", "customer", ""), ("pending", "canceled", "staff", "sold by phone")]
    assert str(staff.public_id) not in answer.content.decode()


def test_a_shopper_cancels_and_the_stock_is_free_again(shopper_client, shopper):
    order = place_order(shopper, on_hand=2, quantity=2)
    answer = shopper_client.post(f"{ORDERS}/{order.public_id}/cancel", {"reason": "Found cheaper"})
    assert answer.status_code == 200
    assert answer.json()["state"] == "canceled"
    assert answer.json()["canceled_at"] is not None
    stock = StockItem.objects.get()
    assert (stock.on_hand, stock.reserved) == (2, 0)
    event = OutboxEvent.objects.get(name="order.canceled")
    assert event.payload == {
        "number": order.number,
        "customer_id": str(shopper.public_id),
        "canceled_by": "customer",
        "was_paid": False,
        "changes": {"state": ["pending", "canceled"]},
    }


def test_an_order_is_canceled_by_its_number_without_a_body(shopper_client, shopper):
    order = place_order(shopper)
    answer = shopper_client.post(f"{ORDERS}/{order.number.lower()}/cancel")
    assert answer.status_code == 200


@pytest.mark.parametrize("state", ["shipped", "delivered", "canceled", "refunded"])
def test_what_is_under_way_or_over_cannot_be_canceled(shopper_client, shopper, state):
    order = OrderFactory(customer=shopper, state=state)
    answer = shopper_client.post(f"{ORDERS}/{order.public_id}/cancel", {})
    assert answer.status_code == 409
    assert answer.json()["code"] == "order_state_conflict"
    assert answer.json()["state"] == state
    order.refresh_from_db()
    assert (order.state, order.version) == (state, 1)
    assert not OutboxEvent.objects.exists()


@pytest.mark.parametrize(
    "body", [{"reason": "x" * 201}, {"reason": 1.5e308, "refund": "all"}, {"reason": None}, []]
)
def test_a_bad_reason_cancels_nothing(shopper_client, shopper, body):
    order = OrderFactory(customer=shopper)
    answer = shopper_client.post(f"{ORDERS}/{order.public_id}/cancel", body)
    assert answer.status_code == 400
    order.refresh_from_db()
    assert order.state == "pending"


def test_a_reason_with_a_card_number_cancels_nothing(shopper_client, shopper):
    order = OrderFactory(customer=shopper)
    body = {"reason": "charge 4242-4242-4242-4242 instead"}
    answer = shopper_client.post(f"{ORDERS}/{order.public_id}/cancel", body)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("reason", "card_number_refused")
    order.refresh_from_db()
    assert order.state == "pending"


def test_a_repeated_cancelation_is_answered_again(shopper_client, shopper):
    order = place_order(shopper)
    key = {"Idempotency-Key": "cancel-1"}
    first = shopper_client.post(f"{ORDERS}/{order.public_id}/cancel", {}, headers=key)
    second = shopper_client.post(f"{ORDERS}/{order.public_id}/cancel", {}, headers=key)
    assert second["Idempotent-Replayed"] == "true"
    assert second.json() == first.json()


def test_canceling_takes_few_statements(shopper_client, shopper):
    order = place_order(shopper)
    shopper_client.get(ORDERS)
    with at_most(12):
        assert shopper_client.post(f"{ORDERS}/{order.public_id}/cancel", {}).status_code == 200


def test_the_address_and_the_note_are_changed_while_pending(shopper_client, shopper):
    order = OrderFactory(customer=shopper)
    answer = shopper_client.patch(
        f"{ORDERS}/{order.public_id}",
        {"shipping_address": PARIS, "customer_note": "Second floor"},
    )
    assert answer.status_code == 200
    assert answer.json()["shipping_address"]["city"] == "Paris"
    assert answer.json()["shipping_address"]["company"] == ""
    assert answer.json()["customer_note"] == "Second floor"
    event = OutboxEvent.objects.get()
    assert event.name == "order.updated"
    assert event.payload == {
        "number": order.number,
        "fields": ["customer_note", "shipping_address"],
    }


def test_nothing_changed_is_nothing_announced(shopper_client, shopper):
    order = OrderFactory(customer=shopper)
    answer = shopper_client.patch(f"{ORDERS}/{order.public_id}", {"customer_note": ""})
    assert answer.status_code == 200
    order.refresh_from_db()
    assert order.version == 1
    assert not OutboxEvent.objects.exists()


def test_the_address_stays_once_the_order_is_paid(shopper_client, shopper):
    order = OrderFactory(customer=shopper, state="paid")
    at = f"{ORDERS}/{order.public_id}"
    answer = shopper_client.patch(at, {"shipping_address": PARIS, "customer_note": "Please"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "order_not_editable"
    assert answer.json()["state"] == "paid"
    order.refresh_from_db()
    assert order.shipping_address["city"] == "London"
    assert order.customer_note == ""
    assert shopper_client.patch(at, {"customer_note": "Please"}).status_code == 200


def test_staff_notes_are_for_staff(shopper_client, staff_client, shopper):
    order = OrderFactory(customer=shopper)
    at = f"{ORDERS}/{order.public_id}"
    written = staff_client.patch(at, {"staff_note": "Calls often"})
    assert written.json()["staff_note"] == "Calls often"
    assert shopper_client.get(at).json()["staff_note"] is None
    refused = shopper_client.patch(at, {"staff_note": "I am nice"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "unknown_field"
    order.refresh_from_db()
    assert order.staff_note == "Calls often"


@pytest.mark.parametrize(
    "body",
    [
        {"state": "paid"},
        {"total": {"amount": "0.01", "currency": "EUR"}},
        {"customer_note": None},
        {"customer_note": "x" * 2001},
        {"customer_note": "4242424242424242"},
        {"shipping_address": {"city": "Paris"}},
        {"shipping_address": {**PARIS, "country": "France"}},
        {"shipping_address": {**PARIS, "full_name": "A\nBcc: b@example.com"}},
        {"store": 2, "customer": 2, "created_at": "2020-01-01", "number": "AAAA-AAAA"},
        {},
        [],
    ],
)
def test_bad_changes_change_nothing(shopper_client, shopper, body):
    order = OrderFactory(customer=shopper)
    answer = shopper_client.patch(f"{ORDERS}/{order.public_id}", body)
    assert answer.status_code == 400, answer.content
    order.refresh_from_db()
    assert (order.version, order.total_amount) == (1, Decimal("14.90"))


def test_a_stale_version_is_refused(shopper_client, shopper):
    order = OrderFactory(customer=shopper)
    at = f"{ORDERS}/{order.public_id}"
    tag = shopper_client.get(at)["ETag"]
    assert (
        shopper_client.patch(at, {"customer_note": "A"}, headers={"If-Match": tag}).status_code
        == 200
    )
    answer = shopper_client.patch(at, {"customer_note": "B"}, headers={"If-Match": tag})
    assert answer.status_code == 412
    assert answer.json()["code"] == "stale_version"
    order.refresh_from_db()
    assert order.customer_note == "A"


def test_methods_that_are_not_there_are_405(shopper_client, shopper):
    order = OrderFactory(customer=shopper)
    assert shopper_client.delete(f"{ORDERS}/{order.public_id}").status_code == 405
    assert shopper_client.put(f"{ORDERS}/{order.public_id}", {}).status_code == 405
    assert not Reservation.objects.exists()
