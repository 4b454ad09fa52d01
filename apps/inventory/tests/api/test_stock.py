from typing import Any

import pytest
from rest_framework.response import Response

from apps.catalog.tests.factories import VariantFactory
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.tests.factories import (
    ReservationFactory,
    StockItemFactory,
    WarehouseFactory,
)
from tests.statements import at_most

pytestmark = pytest.mark.django_db

URL = "/api/v1/stock"


@pytest.fixture
def item(store) -> StockItem:
    """Ten shirts in the main warehouse, four of them reserved."""
    item = StockItemFactory(variant__product__store=store, variant__sku="SHIRT", on_hand=10)
    ReservationFactory(stock_item=item, quantity=4)
    return item


def skus(response: Response) -> list[str]:
    assert response.status_code == 200, response.data
    return [row["sku"] for row in response.data["results"]]


def problem(response: Response, status: int) -> Any:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    return response.json()["code"]


# --- the list ------------------------------------------------------------------------------------
def test_staff_see_what_is_there_and_what_is_promised(staff_client, item):
    response = staff_client.get(URL)

    assert response.data["count"] == 1
    assert response.data["results"] == [
        {
            "id": str(item.public_id),
            "sku": "SHIRT",
            "variant_id": str(item.variant.public_id),
            "warehouse": "main",
            "on_hand": 10,
            "reserved": 4,
            "available": 6,
            "updated_at": response.data["results"][0]["updated_at"],
        }
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sku=SOCKS", ["SOCKS"]),
        ("sku=socks", []),
        ("warehouse=north", ["HAT"]),
        ("low=6", ["SHIRT", "SOCKS"]),
        ("low=0", ["SOCKS"]),
        ("low=5&warehouse=main", ["SOCKS"]),
        ("ordering=sku", ["HAT", "SHIRT", "SOCKS"]),
        ("ordering=-available", ["HAT", "SHIRT", "SOCKS"]),
        ("ordering=available", ["SOCKS", "SHIRT", "HAT"]),
        ("page_size=1&page=3", ["HAT"]),
    ],
)
def test_the_list_is_filtered_and_ordered(staff_client, store, item, query, found):
    north = WarehouseFactory(store=store, code="north")
    StockItemFactory(variant__product__store=store, variant__sku="SOCKS", on_hand=0)
    StockItemFactory(variant__product__store=store, variant__sku="HAT", warehouse=north, on_hand=20)

    assert skus(staff_client.get(f"{URL}?{query}")) == found


@pytest.mark.parametrize(
    "query",
    [
        "low=-1",
        "low=many",
        "low=1.5",
        "low=1e400",
        "low=99999999999999999999",
        "low=" + "9" * 5000,
        "sku=%00",
        "sku=" + "x" * 101,
        "warehouse=%00",
        "warehouse=" + "x" * 51,
        "ordering=price",
        "ordering=%00",
    ],
)
def test_a_query_that_makes_no_sense_is_named(staff_client, item, query):
    response = staff_client.get(f"{URL}?{query}")

    assert problem(response, 400) == "validation_error"
    assert response.data["errors"][0]["field"] == query.partition("=")[0]


def test_other_stores_and_deleted_variants_are_not_listed(staff_client, store, item):
    StockItemFactory(variant__sku="FOREIGN")
    gone = StockItemFactory(variant__product__store=store, variant__sku="GONE")
    gone.variant.mark_deleted(now=gone.created_at)

    assert skus(staff_client.get(URL)) == ["SHIRT"]


def test_a_list_costs_three_statements_however_long(staff_client, store):
    for _ in range(15):
        StockItemFactory(variant__product__store=store)

    with at_most(3):  # authentication, count, page
        response = staff_client.get(URL)

    assert len(response.data["results"]) == 15


# --- receive -------------------------------------------------------------------------------------
def test_received_goods_are_added(staff_client, staff, item):
    response = staff_client.post(f"{URL}/SHIRT/receive", {"quantity": 5, "note": "Delivery note 7"})

    assert response.status_code == 200
    assert response.data["id"] == str(item.public_id)
    assert (response.data["on_hand"], response.data["reserved"]) == (15, 4)
    assert response.data["available"] == 11
    movement = StockMovement.objects.get(quantity=5)
    assert movement.note == "Delivery note 7"
    assert movement.actor == f"user:{staff.public_id}"


def test_goods_are_received_where_they_are_sent(staff_client, store, item):
    WarehouseFactory(store=store, code="north")

    response = staff_client.post(f"{URL}/SHIRT/receive", {"quantity": 5, "warehouse": "north"})

    assert (response.data["warehouse"], response.data["on_hand"]) == ("north", 5)
    item.refresh_from_db()
    assert item.on_hand == 10


@pytest.mark.parametrize("sku", ["A/B", "a.b", "Größe 42", "movements", "x" * 100])
def test_an_sku_may_look_like_anything(staff_client, store, sku):
    VariantFactory(product__store=store, sku=sku)

    response = staff_client.post(f"{URL}/{sku}/receive", {"quantity": 1})

    assert response.status_code == 200
    assert response.data["sku"] == sku


def test_a_repeated_key_receives_once(staff_client, item):
    key = {"HTTP_IDEMPOTENCY_KEY": "delivery-7"}

    first = staff_client.post(f"{URL}/SHIRT/receive", {"quantity": 5}, **key)
    second = staff_client.post(f"{URL}/SHIRT/receive", {"quantity": 5}, **key)

    assert second["Idempotent-Replayed"] == "true"
    assert second.json() == first.json()
    item.refresh_from_db()
    assert item.on_hand == 15


def test_more_than_a_warehouse_can_hold_is_refused(staff_client, item):
    response = staff_client.post(f"{URL}/SHIRT/receive", {"quantity": 1_000_000_000})

    assert problem(response, 422) == "too_much_stock"
    item.refresh_from_db()
    assert item.on_hand == 10


def test_receiving_costs_six_statements(staff_client, item):
    # authentication, variant, warehouse, lock, change, event
    with at_most(6):
        staff_client.post(f"{URL}/SHIRT/receive", {"quantity": 5})


# --- adjust --------------------------------------------------------------------------------------
def test_a_count_sets_the_number(staff_client, staff, item):
    response = staff_client.post(
        f"{URL}/SHIRT/adjust", {"quantity": 8, "expected_on_hand": 10, "reason": "Two broken"}
    )

    assert response.status_code == 200
    assert (response.data["on_hand"], response.data["available"]) == (8, 4)
    movement = StockMovement.objects.get(kind="adjusted")
    assert (movement.quantity, movement.note) == (-2, "Two broken")
    assert movement.actor == f"user:{staff.public_id}"


def test_a_count_of_a_number_that_has_changed_is_refused(staff_client, item):
    response = staff_client.post(
        f"{URL}/SHIRT/adjust", {"quantity": 8, "expected_on_hand": 9, "reason": "Counted"}
    )

    assert problem(response, 409) == "stock_changed"
    assert response.data["on_hand"] == 10
    assert response.data["expected_on_hand"] == 9
    item.refresh_from_db()
    assert item.on_hand == 10


def test_what_was_promised_cannot_be_counted_away(staff_client, item):
    response = staff_client.post(
        f"{URL}/SHIRT/adjust", {"quantity": 3, "expected_on_hand": 10, "reason": "Counted"}
    )

    assert problem(response, 409) == "below_reserved"
    assert response.data["reserved"] == 4
    item.refresh_from_db()
    assert item.on_hand == 10


def test_a_repeated_key_counts_once(staff_client, item):
    body = {"quantity": 8, "expected_on_hand": 10, "reason": "Counted"}
    key = {"HTTP_IDEMPOTENCY_KEY": "count-7"}

    first = staff_client.post(f"{URL}/SHIRT/adjust", body, **key)
    second = staff_client.post(f"{URL}/SHIRT/adjust", body, **key)

    assert second.json() == first.json()
    assert StockMovement.objects.filter(kind="adjusted").count() == 1


# --- input that cannot be right ------------------------------------------------------------------
RECEIVE = {"quantity": 5}
ADJUST = {"quantity": 5, "expected_on_hand": 10, "reason": "Counted"}
HUGE = 10**30
WRONG: list[tuple[str, Any, str]] = [
    ("receive", {}, "quantity"),
    ("receive", RECEIVE | {"quantity": 0}, "quantity"),
    ("receive", RECEIVE | {"quantity": -1}, "quantity"),
    ("receive", RECEIVE | {"quantity": HUGE}, "quantity"),
    ("receive", RECEIVE | {"quantity": "9" * 2000}, "quantity"),
    ("receive", RECEIVE | {"quantity": 1.5}, "quantity"),
    ("receive", RECEIVE | {"quantity": True}, "quantity"),
    ("receive", RECEIVE | {"quantity": None}, "quantity"),
    ("receive", RECEIVE | {"quantity": [5]}, "quantity"),
    ("receive", RECEIVE | {"quantity": {"n": 5}}, "quantity"),
    ("receive", RECEIVE | {"note": "x" * 201}, "note"),
    ("receive", RECEIVE | {"note": ["a"]}, "note"),
    ("receive", RECEIVE | {"warehouse": ""}, "warehouse"),
    ("receive", RECEIVE | {"warehouse": "x" * 51}, "warehouse"),
    ("receive", RECEIVE | {"warehouse": None}, "warehouse"),
    ("receive", RECEIVE | {"on_hand": 99}, "on_hand"),
    ("receive", RECEIVE | {"store": 1}, "store"),
    ("receive", [], "non_field_errors"),
    ("adjust", {}, "quantity"),
    ("adjust", ADJUST | {"quantity": -1}, "quantity"),
    ("adjust", ADJUST | {"quantity": HUGE}, "quantity"),
    ("adjust", ADJUST | {"expected_on_hand": -1}, "expected_on_hand"),
    ("adjust", ADJUST | {"expected_on_hand": HUGE}, "expected_on_hand"),
    ("adjust", ADJUST | {"expected_on_hand": None}, "expected_on_hand"),
    ("adjust", {"quantity": 5, "reason": "Counted"}, "expected_on_hand"),
    ("adjust", {"quantity": 5, "expected_on_hand": 10}, "reason"),
    ("adjust", ADJUST | {"reason": ""}, "reason"),
    ("adjust", ADJUST | {"reason": "   "}, "reason"),
    ("adjust", ADJUST | {"reason": "x" * 201}, "reason"),
    ("adjust", ADJUST | {"reserved": 0}, "reserved"),
    ("adjust", "five", "non_field_errors"),
]


@pytest.mark.parametrize(("verb", "body", "field"), WRONG)
def test_wrong_input_is_named_and_changes_nothing(staff_client, item, verb, body, field):
    response = staff_client.post(f"{URL}/SHIRT/{verb}", body)

    assert problem(response, 400) == "validation_error"
    assert field in {error["field"] for error in response.data["errors"]}
    item.refresh_from_db()
    assert (item.on_hand, item.version) == (10, 2)
    assert StockMovement.objects.count() == 1


@pytest.mark.parametrize("body", ["", "{", '{"quantity": 5, "note": "a\\u0000b"}', '"\\ud800"'])
@pytest.mark.parametrize("verb", ["receive", "adjust"])
def test_what_is_no_clean_json_is_refused(staff_client, item, verb, body):
    response = staff_client.post(f"{URL}/SHIRT/{verb}", body, content_type="application/json")

    assert response.status_code == 400
    item.refresh_from_db()
    assert item.on_hand == 10


# --- what is not there, or not theirs ------------------------------------------------------------
@pytest.mark.parametrize(("verb", "body"), [("receive", RECEIVE), ("adjust", ADJUST)])
@pytest.mark.parametrize("sku", ["NOTHING", "shirt", "FOREIGN", "GONE", "%00", "x" * 2000, "%ff"])
def test_an_sku_that_is_not_the_stores_is_not_found(staff_client, store, item, verb, body, sku):
    foreign = StockItemFactory(variant__sku="FOREIGN")
    gone = StockItemFactory(variant__product__store=store, variant__sku="GONE")
    gone.variant.mark_deleted(now=gone.created_at)

    response = staff_client.post(f"{URL}/{sku}/{verb}", body)

    assert problem(response, 404) == "not_found"
    for row in (item, foreign, gone):
        row.refresh_from_db()
        assert row.on_hand == 10


@pytest.mark.parametrize(("verb", "body"), [("receive", RECEIVE), ("adjust", ADJUST)])
@pytest.mark.parametrize("code", ["nowhere", "theirs"])
def test_a_warehouse_that_is_not_the_stores_is_not_found(staff_client, item, verb, body, code):
    WarehouseFactory(code="theirs")

    response = staff_client.post(f"{URL}/SHIRT/{verb}", body | {"warehouse": code})

    assert problem(response, 404) == "not_found"
    assert StockItem.objects.count() == 1
    item.refresh_from_db()
    assert item.on_hand == 10


ROUTES = [
    ("get", "", None),
    ("get", "/movements", None),
    ("post", "/SHIRT/receive", RECEIVE),
    ("post", "/SHIRT/adjust", ADJUST),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_strangers_are_asked_who_they_are(anonymous, item, method, path, body):
    response = getattr(anonymous, method)(f"{URL}{path}", body)

    assert problem(response, 401) == "not_authenticated"
    item.refresh_from_db()
    assert item.on_hand == 10


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_shoppers_may_not(shopper_client, item, method, path, body):
    response = getattr(shopper_client, method)(f"{URL}{path}", body)

    assert problem(response, 403) == "missing_scope"
    item.refresh_from_db()
    assert item.on_hand == 10


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", ""),
        ("delete", ""),
        ("post", "/movements"),
        ("get", "/SHIRT/receive"),
        ("put", "/SHIRT/adjust"),
        ("delete", "/SHIRT/adjust"),
    ],
)
def test_only_the_verbs_that_exist(staff_client, item, method, path):
    response = getattr(staff_client, method)(f"{URL}{path}")

    assert problem(response, 405) == "method_not_allowed"
