import pytest

from apps.catalog.models import Variant
from apps.catalog.tests.factories import VariantFactory
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.errors import BelowReserved, InvalidQuantity, NotInStore, StockChanged
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.tests.factories import (
    ReservationFactory,
    StockItemFactory,
    WarehouseFactory,
)
from apps.inventory.tests.oracle import broken_promises

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(store):
    """Ten, four of them reserved."""
    item = StockItemFactory(variant__product__store=store, variant__sku="SHIRT", on_hand=10)
    ReservationFactory(stock_item=item, quantity=4)
    return item


def adjust(item: StockItem, *, quantity: int, expected_on_hand: int = 10) -> StockItem:
    return inventory.adjust_stock(
        store=item.store,
        variant=item.variant,
        quantity=quantity,
        expected_on_hand=expected_on_hand,
        reason="Counted",
        by=None,
    )


@pytest.mark.parametrize(("quantity", "change"), [(12, 2), (7, -3), (4, -6)])
def test_sets_the_number_and_writes_down_the_difference(item, quantity, change):
    assert adjust(item, quantity=quantity).on_hand == quantity

    item.refresh_from_db()
    assert (item.on_hand, item.reserved) == (quantity, 4)
    movement = StockMovement.objects.get(kind="adjusted")
    assert (movement.quantity, movement.on_hand_after) == (change, quantity)
    assert movement.note == "Counted"
    event = OutboxEvent.objects.get(name="stock.adjusted")
    assert event.aggregate_id == item.public_id
    assert (event.payload["quantity"], event.payload["on_hand"]) == (change, quantity)
    assert broken_promises() == []


def test_a_count_that_confirms_the_number_leaves_no_trace(item):
    adjust(item, quantity=10)

    assert not StockMovement.objects.filter(kind="adjusted").exists()
    assert not OutboxEvent.objects.exists()


def test_refuses_when_the_number_has_changed_since_it_was_read(item):
    with pytest.raises(StockChanged) as refused:
        adjust(item, quantity=12, expected_on_hand=9)

    assert refused.value.code == "stock_changed"
    assert refused.value.extensions == {"expected_on_hand": 9, "on_hand": 10}
    item.refresh_from_db()
    assert item.on_hand == 10


def test_refuses_to_count_away_what_was_promised(item):
    with pytest.raises(BelowReserved) as refused:
        adjust(item, quantity=3)

    assert refused.value.code == "below_reserved"
    assert refused.value.extensions == {"quantity": 3, "reserved": 4}
    item.refresh_from_db()
    assert item.on_hand == 10


@pytest.mark.parametrize("quantity", [-1, 1_000_000_001])
def test_refuses_what_is_no_quantity(item, quantity):
    with pytest.raises(InvalidQuantity):
        adjust(item, quantity=quantity)

    item.refresh_from_db()
    assert item.on_hand == 10


def test_nothing_left_takes_the_variant_out_of_the_catalogues_stock(item):
    adjust(item, quantity=4)

    assert not Variant.objects.get().in_stock


def test_goods_that_were_found_bring_it_back(store):
    item = StockItemFactory(variant__product__store=store, on_hand=0)

    adjust(item, quantity=1, expected_on_hand=0)

    assert Variant.objects.get().in_stock
    assert broken_promises() == []


def test_opens_a_row_for_a_variant_that_was_never_stocked(store):
    variant = VariantFactory(product__store=store)

    item = inventory.adjust_stock(
        store=store, variant=variant, quantity=3, expected_on_hand=0, reason="Found", by=None
    )

    assert StockItem.objects.get() == item
    assert item.on_hand == 3


def test_refuses_another_stores_warehouse(item):
    with pytest.raises(NotInStore):
        inventory.adjust_stock(
            store=item.store,
            variant=item.variant,
            quantity=3,
            expected_on_hand=0,
            reason="Found",
            by=None,
            warehouse=WarehouseFactory(),
        )

    assert StockItem.objects.count() == 1
