import pytest

from apps.catalog.models import Variant
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.errors import InvalidQuantity, NotInStore, OutOfStock, SameWarehouse
from apps.inventory.models import StockItem, StockMovement, Warehouse
from apps.inventory.tests.factories import (
    ReservationFactory,
    StockItemFactory,
    WarehouseFactory,
)
from apps.inventory.tests.oracle import broken_promises

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(store):
    """Ten in the main warehouse, four of them reserved."""
    item = StockItemFactory(variant__product__store=store, variant__sku="SHIRT", on_hand=10)
    ReservationFactory(stock_item=item, quantity=4)
    return item


@pytest.fixture
def north(store):
    return WarehouseFactory(store=store, code="north")


def transfer(item: StockItem, to: Warehouse, quantity: int) -> tuple[StockItem, StockItem]:
    return inventory.transfer_stock(
        store=item.store,
        variant=item.variant,
        quantity=quantity,
        source=item.warehouse,
        destination=to,
        by=None,
        note="Nearer to the buyers",
    )


def test_moves_goods_and_writes_down_both_halves(item, north):
    source, destination = transfer(item, north, 6)

    assert (source.on_hand, source.reserved, destination.on_hand) == (4, 4, 6)
    on_hand = dict(StockItem.objects.values_list("warehouse__code", "on_hand"))
    assert on_hand == {"main": 4, "north": 6}
    out, into = StockMovement.objects.filter(kind="transferred").order_by("quantity")
    assert (out.quantity, out.on_hand_after) == (-6, 4)
    assert (into.quantity, into.on_hand_after) == (6, 6)
    assert out.reference == into.reference
    assert out.note == "Nearer to the buyers"
    events = OutboxEvent.objects.filter(name="stock.transferred")
    assert sorted(event.payload["quantity"] for event in events) == [-6, 6]
    assert Variant.objects.get().in_stock
    assert broken_promises() == []


def test_leaves_what_was_promised_where_it_is(item, north):
    with pytest.raises(OutOfStock) as refused:
        transfer(item, north, 7)

    assert refused.value.extensions["shortages"] == [
        {"sku": "SHIRT", "requested": 7, "available": 6}
    ]
    assert StockItem.objects.get().on_hand == 10


def test_refuses_a_journey_from_a_warehouse_to_itself(item):
    with pytest.raises(SameWarehouse) as refused:
        transfer(item, item.warehouse, 1)

    assert refused.value.code == "same_warehouse"
    assert not StockMovement.objects.filter(kind="transferred").exists()


@pytest.mark.parametrize("quantity", [0, -3, 10**12])
def test_refuses_what_is_no_quantity(item, north, quantity):
    with pytest.raises(InvalidQuantity):
        transfer(item, north, quantity)

    assert StockItem.objects.get().on_hand == 10


def test_refuses_another_stores_warehouse(item):
    with pytest.raises(NotInStore):
        transfer(item, WarehouseFactory(), 1)

    assert StockItem.objects.get().on_hand == 10
