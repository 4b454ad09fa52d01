"""What staff do with one stock row, and the lists of what runs low, moved and is held."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory
from apps.catalog.tests.factories import VariantFactory
from apps.core.ids import uuid7_at
from apps.inventory import services as inventory
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.reorder import suggested_quantity
from apps.inventory.tests.factories import (
    ReservationFactory,
    StockItemFactory,
    StockMovementFactory,
    WarehouseFactory,
)
from tests.statements import at_most

pytestmark = pytest.mark.django_db

STOCK = reverse("admin:inventory_stockitem_changelist")
MOVEMENTS = reverse("admin:inventory_stockmovement_changelist")
RESERVATIONS = reverse("admin:inventory_reservation_changelist")
LOW = reverse("admin:inventory_lowstock_changelist")


@pytest.fixture
def north(store):
    return WarehouseFactory(store=store, code="north", name="North")


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def page(name, item) -> str:
    return reverse(f"admin:inventory_stockitem_{name}", args=[item.pk])


def shown(client, at, query=None) -> list[str]:
    rows = client.get(at, query or {}).context["cl"].result_list
    return [getattr(row, "stock_item", row).variant.sku for row in rows]


# --- transfer, and what is sent twice ------------------------------------------------------------
def test_goods_go_to_another_warehouse(client, operator, item, north):
    WarehouseFactory(name="Their cellar")
    form = client.get(page("transfer", item)).content.decode()
    assert "6 available" in form
    assert "North" in form
    assert "Their cellar" not in form

    answer = client.post(
        page("transfer", item), {"destination": north.pk, "quantity": 6, "note": "Van"}
    )

    assert said(answer) == ["4 on hand in Main warehouse, 6 in North."]
    moved = StockMovement.objects.filter(kind="transferred").order_by("quantity")
    assert list(moved.values_list("quantity", "note", "actor")) == [
        (-6, "Van", f"user:{operator.public_id}"),
        (6, "Van", f"user:{operator.public_id}"),
    ]


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({"quantity": 7}, "Not enough in stock"),
        ({"quantity": 0}, "greater than or equal"),
        ({"quantity": 5, "destination": "abc"}, "Select a valid choice"),
        ({"quantity": 5, "destination": ""}, "This field is required"),
        ({"quantity": 5, "reference": "abc"}, "Enter a valid UUID"),
    ],
)
def test_a_transfer_that_cannot_be_says_why(client, operator, item, north, sent, reason):
    answer = client.post(page("transfer", item), {"destination": north.pk} | sent)

    assert answer.status_code == 200
    assert reason in answer.content.decode()
    assert list(StockItem.objects.filter(on_hand__gt=0).values_list("on_hand")) == [(10,)]


def test_goods_do_not_go_to_another_stores_warehouse(client, operator, item):
    foreign = WarehouseFactory()

    answer = client.post(page("transfer", item), {"destination": foreign.pk, "quantity": 1})

    assert set(answer.context["form"].errors) == {"destination"}
    assert not foreign.stock_items.exists()


@pytest.mark.parametrize(("name", "left"), [("receive", 13), ("transfer", 7)])
def test_a_form_that_is_sent_twice_is_done_once(client, operator, item, north, name, left):
    once = client.get(page(name, item)).context["form"]["reference"].value()
    sent = {"quantity": 3, "destination": north.pk, "reference": once}
    client.post(page(name, item), sent)

    again = client.post(page(name, item), sent)

    assert again.status_code == 200
    assert "This was done already" in again.content.decode()
    item.refresh_from_db()
    assert item.on_hand == left


def test_whoever_may_only_look_transfers_and_counts_nothing(client, store, item, north):
    client.force_login(UserFactory(store=store, is_staff=True, roles=["read_only"]))
    take = reverse("admin:inventory_stockitem_take_stock")

    assert "Stock-take" not in client.get(STOCK).content.decode()
    assert client.get(take).status_code == 403
    assert client.post(take, {"warehouse": "main"}).status_code == 403
    sent = {"destination": north.pk, "quantity": 1}
    assert client.post(page("transfer", item), sent).status_code == 403
    item.refresh_from_db()
    assert item.on_hand == 10


# --- the page of a row ---------------------------------------------------------------------------
def test_a_row_shows_its_newest_movements_and_who_holds_some(client, operator, item):
    for number in range(30):
        StockMovementFactory(stock_item=item, note=f"Box {number}")
        ReservationFactory(stock_item=StockItem.objects.get(pk=item.pk), quantity=0 + 1)
        StockItem.objects.filter(pk=item.pk).update(on_hand=100)

    with at_most(20):
        answer = client.get(page("change", item))

    text = answer.content.decode()
    assert "Box 29" in text
    assert "Box 5" not in text
    assert len(answer.context["movements"]["rows"]) == 20
    assert len(answer.context["held"]["rows"]) == 20
    assert reverse("admin:catalog_product_change", args=[item.variant.product_id]) in text
    assert reverse("admin:catalog_variant_change", args=[item.variant_id]) in text
    assert f"{MOVEMENTS}?q=SHIRT&amp;warehouse=main" in text


# --- movements -----------------------------------------------------------------------------------
def test_movements_are_narrowed_by_kind_warehouse_and_day(client, operator, store, item, north):
    hat = StockItemFactory(
        variant__product__store=store, variant__sku="HAT", warehouse=north, on_hand=0
    )
    then = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
    StockMovementFactory(
        stock_item=hat, kind="sold", quantity=-1, created_at=then, public_id=uuid7_at(then)
    )

    assert shown(client, MOVEMENTS, {"kind__exact": "sold"}) == ["HAT"]
    assert shown(client, MOVEMENTS, {"warehouse": "main"}) == ["SHIRT"]
    for days, found in [
        ({"created_at_from": "2026-03-01", "created_at_to": "2026-03-01"}, ["HAT"]),
        ({"created_at_from": "2026-03-02"}, ["SHIRT"]),
        ({"created_at_to": "2026-02-28"}, []),
        ({"created_at_from": "0001-01-01", "created_at_to": "9999-12-31"}, ["SHIRT", "HAT"]),
        ({"created_at_from": "nonsense", "created_at_to": "\x00"}, ["SHIRT", "HAT"]),
    ]:
        assert shown(client, MOVEMENTS, days) == found, days


def test_movements_are_found_by_sku_and_by_reference_even_of_what_is_given_up(
    client, operator, item
):
    reference = uuid4()
    StockMovementFactory(stock_item=item, reference=reference, note="Box 7")
    item.variant.mark_deleted(now=timezone.now())

    assert shown(client, MOVEMENTS, {"q": "SHIRT"}) == ["SHIRT", "SHIRT"]
    assert shown(client, MOVEMENTS, {"q": str(reference)}) == ["SHIRT"]
    assert shown(client, MOVEMENTS, {"q": str(uuid4())}) == []
    assert shown(client, MOVEMENTS, {"q": "SHIR"}) == []


def test_a_list_is_sorted_only_by_what_it_offers(client, operator, item):
    """By an address alone a million rows would be sorted by a column without an index."""
    for at in (MOVEMENTS, RESERVATIONS, LOW):
        asked = client.get(at, {"o": "2.3"}).context["cl"].queryset.query.order_by
        usual = client.get(at).context["cl"].queryset.query.order_by
        assert asked[:1] == usual[:1], at
        assert "?o=" not in client.get(at).content.decode()
    StockItemFactory(variant__product__store=item.store, variant__sku="FULL", on_hand=90)
    assert shown(client, STOCK, {"o": "5"}) == ["SHIRT", "FULL"]
    assert shown(client, STOCK, {"o": "-5"}) == ["FULL", "SHIRT"]
    assert shown(client, STOCK, {"o": "3"}) == ["FULL", "SHIRT"]


# --- reservations --------------------------------------------------------------------------------
def test_reservations_are_narrowed_to_those_that_end_soon(client, operator, store, item):
    item.reservations.update(state="released")
    now = timezone.now()
    for sku, minutes in [("OVER", -1), ("SOON", 3), ("LATER", 40)]:
        held = StockItemFactory(variant__product__store=store, variant__sku=sku)
        ReservationFactory(stock_item=held, expires_at=now + timedelta(minutes=minutes))

    assert shown(client, RESERVATIONS, {"expires": "over"}) == ["OVER"]
    assert shown(client, RESERVATIONS, {"expires": "5"}) == ["SOON"]
    assert shown(client, RESERVATIONS, {"expires": "60"}) == ["LATER", "SOON"]
    assert shown(client, RESERVATIONS, {"state__exact": "released"}) == ["SHIRT"]
    assert len(shown(client, RESERVATIONS, {"expires": "x"})) == 4


# --- what runs low -------------------------------------------------------------------------------
def test_what_runs_low_is_listed_with_what_was_sold_of_it(client, operator, store, item):
    low = StockItemFactory(variant__product__store=store, variant__sku="LOW", on_hand=3)
    empty = StockItemFactory(variant__product__store=store, variant__sku="EMPTY", on_hand=0)
    watched = StockItemFactory(
        variant__product__store=store, variant__sku="WATCHED", on_hand=20, low_stock_threshold=20
    )
    StockItemFactory(
        variant__product__store=store, variant__sku="FEW", on_hand=2, low_stock_threshold=1
    )
    StockItemFactory(variant__sku="FOREIGN", on_hand=0)
    long_ago = timezone.now() - timedelta(days=31)
    StockMovementFactory(stock_item=low, kind="sold", quantity=-12)
    StockMovementFactory(stock_item=low, kind="received", quantity=40)
    StockMovementFactory(stock_item=empty, kind="sold", quantity=-9, public_id=uuid7_at(long_ago))
    StockMovementFactory(stock_item=watched, kind="sold", quantity=-1)

    with at_most(9):
        answer = client.get(LOW)

    rows = answer.context["cl"].result_list
    assert [(row.variant.sku, row.sold) for row in rows] == [
        ("EMPTY", 0),
        ("LOW", 12),
        ("WATCHED", 1),
    ]
    columns = answer.context["cl"].model_admin
    assert [columns.to_order(row) for row in rows] == [None, 14, 1]
    assert page("change", low) in answer.content.decode()


@pytest.mark.parametrize(
    ("sold", "available", "threshold", "wanted"),
    [(0, 0, 5, None), (12, 3, 5, 14), (2, 10, 5, 0), (-1, 0, 5, None)],
)
def test_what_to_order_rests_on_what_was_sold(sold, available, threshold, wanted):
    suggested = suggested_quantity(sold=sold, available=available, threshold=threshold)
    assert suggested == wanted


def test_a_variant_that_is_given_up_is_not_ordered_again(client, operator, store):
    gone = StockItemFactory(variant=VariantFactory(product__store=store), on_hand=0)
    gone.variant.mark_deleted(now=timezone.now())

    assert shown(client, LOW) == []


def test_receiving_takes_a_row_off_the_list(client, operator, store):
    low = StockItemFactory(variant__product__store=store, variant__sku="LOW", on_hand=3)
    assert shown(client, LOW) == ["LOW"]

    inventory.receive_stock(store=store, variant=low.variant, quantity=50, by=operator)

    assert shown(client, LOW) == []
