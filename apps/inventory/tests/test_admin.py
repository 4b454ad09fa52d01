import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import VariantFactory
from apps.inventory.models import StockItem, StockMovement, Warehouse
from apps.inventory.tests.factories import (
    MainWarehouseFactory,
    ReservationFactory,
    StockItemFactory,
    WarehouseFactory,
)
from tests.statements import at_most

pytestmark = pytest.mark.django_db

STOCK = reverse("admin:inventory_stockitem_changelist")
MOVEMENTS = reverse("admin:inventory_stockmovement_changelist")
RESERVATIONS = reverse("admin:inventory_reservation_changelist")
WAREHOUSES = reverse("admin:inventory_warehouse_changelist")


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def receive_page(item: StockItem) -> str:
    return reverse("admin:inventory_stockitem_receive", args=[item.pk])


def count_page(item: StockItem) -> str:
    return reverse("admin:inventory_stockitem_adjust", args=[item.pk])


def watch_page(item: StockItem) -> str:
    return reverse("admin:inventory_stockitem_watch", args=[item.pk])


# --- lists ---------------------------------------------------------------------------------------
def test_the_lists_show_this_stores_rows_alone(client, operator, item):
    StockItemFactory(variant__sku="FOREIGN")
    ReservationFactory(stock_item__variant__sku="FOREIGN-TOO")

    for page in (STOCK, MOVEMENTS, RESERVATIONS):
        shown = client.get(page).content.decode()
        assert "SHIRT" in shown
        assert "FOREIGN" not in shown


@pytest.mark.parametrize("page", [STOCK, MOVEMENTS, RESERVATIONS, WAREHOUSES])
def test_a_list_costs_the_same_however_long_it_is(client, operator, store, page):
    for number in range(20):
        item = StockItemFactory(
            variant__product__store=store,
            warehouse=WarehouseFactory(store=store, code=f"w{number}"),
        )
        ReservationFactory(stock_item=item)

    with at_most(9):
        assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", [STOCK, MOVEMENTS, RESERVATIONS])
@pytest.mark.parametrize(("words", "found"), [("SHIRT", True), ("NOTHING", False)])
def test_rows_are_found_by_sku(client, operator, item, page, words, found):
    shown = client.get(page, {"q": words}).context["cl"].result_count

    assert shown == int(found)


def test_movements_are_found_by_the_order_that_caused_them(client, operator, item):
    reservation = ReservationFactory(stock_item=item)

    shown = client.get(RESERVATIONS, {"q": str(reservation.reference)}).context["cl"]

    assert [row.pk for row in shown.result_list] == [reservation.pk]


@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ({"warehouse": "north"}, ["HAT"]),
        ({"warehouse": "elsewhere"}, []),
        ({"available": "low"}, ["HAT"]),
        ({"available": "0"}, ["HAT"]),
        ({"available": "20"}, ["HAT", "SHIRT"]),
        ({"available": "many"}, ["HAT", "SHIRT"]),
    ],
)
def test_stock_is_narrowed(client, operator, store, item, query, skus):
    north = WarehouseFactory(store=store, code="north")
    StockItemFactory(variant__product__store=store, variant__sku="HAT", warehouse=north, on_hand=0)

    rows = client.get(STOCK, query).context["cl"].result_list

    assert sorted(row.variant.sku for row in rows) == skus


def test_only_this_stores_warehouses_are_offered_as_a_filter(client, operator, item):
    WarehouseFactory(name="Their cellar")

    assert "Their cellar" not in client.get(STOCK).content.decode()


# --- receive and count ---------------------------------------------------------------------------
def test_goods_are_received(client, operator, item):
    assert "SHIRT" in client.get(receive_page(item)).content.decode()

    answer = client.post(receive_page(item), {"quantity": 5, "note": "Delivery note 7"})

    assert answer.status_code == 302
    assert said(answer) == ["15 on hand, low with 5."]
    item.refresh_from_db()
    assert (item.on_hand, item.reserved) == (15, 4)
    movement = StockMovement.objects.get(quantity=5)
    assert (movement.kind, movement.note) == ("received", "Delivery note 7")
    assert movement.actor == f"user:{operator.public_id}"


def test_goods_are_counted(client, operator, item):
    form = client.get(count_page(item)).context["form"]
    assert form["expected_on_hand"].value() == 10

    answer = client.post(
        count_page(item), {"expected_on_hand": 10, "quantity": 8, "reason": "Two broken"}
    )

    assert said(answer) == ["8 on hand, low with 5."]
    movement = StockMovement.objects.get(kind="adjusted")
    assert (movement.quantity, movement.note) == (-2, "Two broken")
    assert movement.actor == f"user:{operator.public_id}"


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        ({"expected_on_hand": 9, "quantity": 8, "reason": "Counted"}, "10 are on record, not 9."),
        ({"expected_on_hand": 10, "quantity": 3, "reason": "Counted"}, "4 are reserved"),
        ({"expected_on_hand": 10, "quantity": -1, "reason": "Counted"}, "greater than or equal"),
        ({"expected_on_hand": 10, "quantity": 8, "reason": ""}, "This field is required"),
        ({"expected_on_hand": 10, "quantity": 8, "reason": "a\x00b"}, "Null characters"),
        ({}, "This field is required"),
    ],
)
def test_a_count_that_cannot_be_right_says_why(client, operator, item, count, reason):
    answer = client.post(count_page(item), count)

    assert answer.status_code == 200
    assert reason in answer.content.decode()
    item.refresh_from_db()
    assert item.on_hand == 10


@pytest.mark.parametrize("quantity", ["0", "-5", "many", "", "1000000001"])
def test_a_receipt_that_cannot_be_right_says_why(client, operator, item, quantity):
    answer = client.post(receive_page(item), {"quantity": quantity})

    assert answer.status_code == 200
    assert answer.context["form"].errors["quantity"]
    item.refresh_from_db()
    assert item.on_hand == 10


@pytest.mark.parametrize(("typed", "kept", "low"), [("3", 3, 3), ("0", 0, 0), ("", None, 5)])
def test_staff_choose_with_how_many_left_they_are_told(client, operator, item, typed, kept, low):
    answer = client.post(watch_page(item), {"low_stock_threshold": typed})

    assert said(answer) == [f"10 on hand, low with {low}."]
    item.refresh_from_db()
    assert item.low_stock_threshold == kept
    assert client.get(watch_page(item)).context["form"]["low_stock_threshold"].value() == kept


@pytest.mark.parametrize("typed", ["-1", "many", "1000000001"])
def test_a_threshold_that_makes_no_sense_is_refused(client, operator, item, typed):
    answer = client.post(watch_page(item), {"low_stock_threshold": typed})

    assert answer.status_code == 200
    assert answer.context["form"].errors["low_stock_threshold"]
    item.refresh_from_db()
    assert item.low_stock_threshold is None


def test_the_first_goods_of_a_variant_make_its_row(client, operator, store):
    variant = VariantFactory(product__store=store)
    warehouse = MainWarehouseFactory(store=store)

    answer = client.post(
        reverse("admin:inventory_stockitem_add"),
        {"variant": variant.pk, "warehouse": warehouse.pk, "quantity": 5, "note": "First"},
    )

    assert answer.status_code == 302
    item = StockItem.objects.get()
    assert (item.variant, item.warehouse, item.on_hand) == (variant, warehouse, 5)
    assert StockMovement.objects.get().actor == f"user:{operator.public_id}"


def test_goods_of_another_store_are_not_accepted(client, operator, store):
    foreign = VariantFactory()

    answer = client.post(
        reverse("admin:inventory_stockitem_add"),
        {"variant": foreign.pk, "warehouse": WarehouseFactory().pk, "quantity": 5},
    )

    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) == {"variant", "warehouse"}
    assert not StockItem.objects.exists()


@pytest.mark.parametrize("page", [receive_page, count_page])
def test_stock_of_another_store_is_not_there(client, operator, item, page):
    foreign = StockItemFactory()

    answer = client.post(
        page(foreign), {"quantity": 5, "expected_on_hand": 10, "reason": "Counted"}
    )

    assert answer.status_code == 302
    assert answer.url == reverse("admin:index")
    foreign.refresh_from_db()
    assert foreign.on_hand == 10


# --- who may -------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", [receive_page, count_page])
def test_whoever_may_only_look_can_not_change_a_number(client, store, item, page):
    clerk = UserFactory(store=store, is_staff=True, roles=["read_only"])
    client.force_login(clerk)

    shown = client.get(STOCK).content.decode()
    answer = client.post(page(item), {"quantity": 5, "expected_on_hand": 10, "reason": "x"})

    assert "SHIRT" in shown
    assert page(item) not in shown
    assert answer.status_code == 403
    item.refresh_from_db()
    assert item.on_hand == 10


def test_numbers_are_not_edited_by_hand(client, operator, item):
    page = reverse("admin:inventory_stockitem_change", args=[item.pk])

    assert client.post(page, {"on_hand": 99}).status_code == 403

    item.refresh_from_db()
    assert item.on_hand == 10
    shown = client.get(page).content.decode()
    assert 'name="on_hand"' not in shown
    assert receive_page(item) in shown
    assert count_page(item) in shown


@pytest.mark.parametrize("name", ["stockmovement", "reservation"])
def test_ledgers_are_only_read(client, operator, item, name):
    row = (StockMovement if name == "stockmovement" else item.reservations.model).objects.first()

    assert client.get(reverse(f"admin:inventory_{name}_change", args=[row.pk])).status_code == 200
    assert client.get(reverse(f"admin:inventory_{name}_add")).status_code == 403
    assert client.post(reverse(f"admin:inventory_{name}_delete", args=[row.pk])).status_code == 403


# --- warehouses ----------------------------------------------------------------------------------
def test_a_warehouse_is_opened(client, operator, store):
    answer = client.post(
        reverse("admin:inventory_warehouse_add"),
        {"code": "north", "name": "North", "priority": 100},
    )

    assert answer.status_code == 302
    warehouse = Warehouse.objects.get(code="north")
    assert (warehouse.store, warehouse.priority, warehouse.is_default) == (store, 100, False)


def test_a_code_that_is_taken_is_refused_beside_the_input(client, operator, store):
    MainWarehouseFactory(store=store)

    answer = client.post(
        reverse("admin:inventory_warehouse_add"),
        {"code": "main", "name": "Another", "priority": 5},
    )

    assert answer.status_code == 200
    assert "Another warehouse has this code" in answer.content.decode()
    assert Warehouse.objects.filter(store=store).count() == 1


def test_a_warehouse_becomes_the_default(client, operator, store):
    main = MainWarehouseFactory(store=store)
    north = WarehouseFactory(store=store, code="north")

    answer = client.post(
        reverse("admin:inventory_warehouse_change", args=[north.pk]),
        {"name": "North", "priority": 3, "is_default": "on", "seen": north.version},
    )

    assert answer.status_code == 302
    north.refresh_from_db()
    main.refresh_from_db()
    assert (north.name, north.code, north.priority) == ("North", "north", 3)
    assert (north.is_default, main.is_default) == (True, False)


def test_a_page_that_somebody_else_has_changed_since_is_not_saved(client, operator, store):
    main = MainWarehouseFactory(store=store, name="Main")

    answer = client.post(
        reverse("admin:inventory_warehouse_change", args=[main.pk]),
        {"name": "Mine", "priority": 3, "seen": main.version + 1},
    )

    assert answer.status_code == 200
    main.refresh_from_db()
    assert main.name != "Mine"
