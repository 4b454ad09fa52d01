from uuid import UUID

import pytest

from apps.inventory import services as inventory
from apps.inventory.tests.factories import (
    ReservationFactory,
    StockItemFactory,
    StockMovementFactory,
    WarehouseFactory,
)
from tests.statements import at_most

pytestmark = pytest.mark.django_db

URL = "/api/v1/stock/movements"
ORDER = UUID("01900000-0000-7000-8000-000000000001")


@pytest.fixture
def history(store, staff):
    """Ten shirts arrived, three were sold under `ORDER`; then two hats came to the north."""
    shirts = StockItemFactory(variant__product__store=store, variant__sku="SHIRT", on_hand=10)
    ReservationFactory(stock_item=shirts, reference=ORDER, quantity=3)
    inventory.commit_stock(store=store, reference=ORDER, by=staff)
    north = WarehouseFactory(store=store, code="north")
    StockItemFactory(variant__product__store=store, variant__sku="HAT", warehouse=north, on_hand=2)


def test_staff_read_what_happened_newest_first(staff_client, staff, history):
    response = staff_client.get(URL)

    assert response.status_code == 200
    rows = response.data["results"]
    told = [(row["sku"], row["kind"], row["quantity"], row["on_hand_after"]) for row in rows]
    assert told == [
        ("HAT", "received", 2, 2),
        ("SHIRT", "sold", -3, 7),
        ("SHIRT", "received", 10, 10),
    ]
    assert rows[1]["reference"] == str(ORDER)
    assert rows[1]["actor"] == f"user:{staff.public_id}"
    assert rows[1]["warehouse"] == "main"
    assert set(rows[1]) == {
        "id",
        "sku",
        "variant_id",
        "warehouse",
        "kind",
        "quantity",
        "on_hand_after",
        "reference",
        "actor",
        "note",
        "created_at",
    }


@pytest.mark.parametrize(
    ("query", "quantities"),
    [
        ("sku=SHIRT", [-3, 10]),
        ("sku=NOTHING", []),
        ("warehouse=north", [2]),
        ("kind=received", [2, 10]),
        (f"reference={ORDER}", [-3]),
        ("created_after=2999-01-01T00:00:00Z", []),
        ("created_before=2999-01-01T00:00:00Z&kind=sold", [-3]),
    ],
)
def test_movements_are_filtered(staff_client, history, query, quantities):
    response = staff_client.get(f"{URL}?{query}")

    assert [row["quantity"] for row in response.data["results"]] == quantities


@pytest.mark.parametrize(
    "query",
    [
        "kind=stolen",
        "reference=1",
        "reference=%00",
        "sku=%00",
        "warehouse=%00",
        "created_after=yesterday",
        "created_before=9" + "9" * 300,
    ],
)
def test_a_query_that_makes_no_sense_is_named(staff_client, history, query):
    response = staff_client.get(f"{URL}?{query}")

    assert response.status_code == 400
    assert response.data["code"] == "validation_error"
    assert response.data["errors"][0]["field"] == query.partition("=")[0]


def test_pages_follow_each_other_by_cursor(staff_client, store):
    item = StockItemFactory(variant__product__store=store, on_hand=0)
    for number in range(1, 6):
        StockMovementFactory(stock_item=item, quantity=number)

    first = staff_client.get(f"{URL}?page_size=2")
    second = staff_client.get(first.data["next"])
    third = staff_client.get(second.data["next"])

    quantities = [
        row["quantity"] for page in (first, second, third) for row in page.data["results"]
    ]
    assert quantities == [5, 4, 3, 2, 1]
    assert third.data["next"] is None


def test_a_cursor_that_we_did_not_make_leads_nowhere(staff_client, history):
    response = staff_client.get(f"{URL}?cursor=cD1ub25zZW5zZQ==")

    assert response.status_code == 404


def test_other_stores_movements_are_not_listed(staff_client, store):
    StockItemFactory(variant__sku="FOREIGN")

    assert staff_client.get(URL).data["results"] == []
    assert staff_client.get(f"{URL}?sku=FOREIGN").data["results"] == []


def test_a_page_costs_two_statements_however_long(staff_client, store):
    for _ in range(15):
        StockItemFactory(variant__product__store=store)

    with at_most(2):  # authentication, page
        response = staff_client.get(URL)

    assert len(response.data["results"]) == 15
