import pytest

from apps.catalog.models import Variant
from apps.catalog.tests.factories import VariantFactory
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.errors import InvalidQuantity, NotInStore, TooMuchStock
from apps.inventory.models import StockItem, StockMovement, Warehouse
from apps.inventory.tests.factories import StockItemFactory, WarehouseFactory
from apps.inventory.tests.oracle import broken_promises
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def test_the_first_goods_go_to_the_default_warehouse_and_into_the_catalogue(store, staff):
    variant = VariantFactory(product__store=store, sku="SHIRT")

    item = inventory.receive_stock(
        store=store, variant=variant, quantity=5, by=staff, note="First delivery"
    )

    assert (item.on_hand, item.reserved, item.warehouse.code) == (5, 0, "main")
    assert StockItem.objects.get().on_hand == 5
    movement = StockMovement.objects.get()
    assert (movement.kind, movement.quantity, movement.on_hand_after) == ("received", 5, 5)
    assert movement.actor == f"user:{staff.public_id}"
    assert movement.note == "First delivery"
    assert Variant.objects.get().in_stock
    assert broken_promises() == []


def test_tells_what_arrived(store):
    item = StockItemFactory(variant__product__store=store, variant__sku="SHIRT", on_hand=10)

    inventory.receive_stock(store=store, variant=item.variant, quantity=5, by=None)

    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id) == ("stock.received", item.public_id)
    assert event.payload == {
        "variant_id": str(item.variant.public_id),
        "sku": "SHIRT",
        "warehouse": "main",
        "quantity": 5,
        "on_hand": 15,
    }


def test_a_store_without_a_warehouse_gets_one(store):
    other = StoreFactory()
    variant = VariantFactory(product__store=other)

    inventory.receive_stock(store=other, variant=variant, quantity=1, by=None)

    warehouse = Warehouse.objects.get(store=other)
    assert (warehouse.code, warehouse.is_default) == ("main", True)
    names = OutboxEvent.objects.of_store(other.public_id).values_list("name", flat=True)
    assert sorted(names) == [
        "stock.received",
        "variant.availability_changed",
        "warehouse.created",
    ]


def test_goes_where_it_is_told(store):
    north = WarehouseFactory(store=store, code="north")
    item = StockItemFactory(variant__product__store=store, on_hand=10)

    inventory.receive_stock(store=store, variant=item.variant, quantity=2, by=None, warehouse=north)

    on_hand = dict(StockItem.objects.values_list("warehouse__code", "on_hand"))
    assert on_hand == {"main": 10, "north": 2}


@pytest.mark.parametrize("quantity", [0, -1, 1_000_000_001, 10**30])
def test_refuses_what_is_no_quantity(store, quantity):
    variant = VariantFactory(product__store=store)

    with pytest.raises(InvalidQuantity) as refused:
        inventory.receive_stock(store=store, variant=variant, quantity=quantity, by=None)

    assert refused.value.code == "invalid_quantity"
    assert not StockItem.objects.exists()


def test_refuses_more_than_a_warehouse_can_hold(store):
    item = StockItemFactory(variant__product__store=store, on_hand=10)

    with pytest.raises(TooMuchStock) as refused:
        inventory.receive_stock(store=store, variant=item.variant, quantity=999_999_991, by=None)

    assert refused.value.code == "too_much_stock"
    item.refresh_from_db()
    assert item.on_hand == 10
    assert StockMovement.objects.count() == 1


def test_refuses_another_stores_variant(store):
    variant = VariantFactory()

    with pytest.raises(NotInStore):
        inventory.receive_stock(store=store, variant=variant, quantity=1, by=None)

    assert not StockItem.objects.exists()


def test_refuses_another_stores_warehouse(store):
    variant = VariantFactory(product__store=store)

    with pytest.raises(NotInStore):
        inventory.receive_stock(
            store=store, variant=variant, quantity=1, by=None, warehouse=WarehouseFactory()
        )

    assert not StockItem.objects.exists()


def test_more_of_what_is_there_costs_four_statements(store):
    item = StockItemFactory(variant__product__store=store)

    with at_most(4):
        inventory.receive_stock(store=store, variant=item.variant, quantity=1, by=None)
