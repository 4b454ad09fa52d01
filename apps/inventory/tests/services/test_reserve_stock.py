from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.catalog.models import Variant
from apps.catalog.tests.factories import VariantFactory
from apps.core.transactions import TransactionRequired
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.errors import OutOfStock
from apps.inventory.models import Reservation, StockItem
from apps.inventory.services import Demand
from apps.inventory.tests.factories import StockItemFactory, WarehouseFactory
from apps.inventory.tests.oracle import broken_promises
from apps.stores.models import Store
from apps.stores.tests.factories import StoreFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db

ORDER = UUID("01900000-0000-7000-8000-000000000001")
LATER = datetime(2999, 1, 1, tzinfo=UTC)
STRATEGIES = ["row", "row+redis", "optimistic"]


def reserve(store: Store, *lines: Demand) -> list[Reservation]:
    return inventory.reserve_stock(
        store=store, lines=lines, reference=ORDER, expires_at=LATER, by=None
    )


@pytest.fixture(params=STRATEGIES, autouse=True)
def strategy(request, settings):
    settings.INVENTORY_LOCKING = request.param


def test_holds_what_was_asked_for_and_leaves_the_rest(store):
    item = StockItemFactory(variant__product__store=store, on_hand=10)

    (reservation,) = reserve(store, Demand(item.variant_id, 3))

    assert reservation.stock_item == item
    assert reservation.quantity == 3
    assert reservation.state == "active"
    assert Reservation.objects.get() == reservation
    assert Reservation.objects.get().expires_at == LATER
    item.refresh_from_db()
    assert (item.on_hand, item.reserved, item.available) == (10, 3, 7)
    assert broken_promises() == []


def test_a_variant_that_was_deleted_meanwhile_is_not_promised_any_more(store):
    item = StockItemFactory(variant__product__store=store, variant__sku="SHIRT", on_hand=5)
    Variant.objects.get().mark_deleted(now=LATER)

    with pytest.raises(OutOfStock) as refused:
        reserve(store, Demand(item.variant_id, 1))

    shortages = [{"sku": "SHIRT", "requested": 1, "available": 0}]
    assert refused.value.extensions == {"shortages": shortages}
    assert not Reservation.objects.exists()
    item.refresh_from_db()
    assert (item.on_hand, item.reserved) == (5, 0)


def test_two_lines_of_one_variant_are_compared_with_the_stock_together(store):
    item = StockItemFactory(variant__product__store=store, variant__sku="SHIRT", on_hand=5)

    with pytest.raises(OutOfStock) as refused:
        reserve(store, Demand(item.variant_id, 3), Demand(item.variant_id, 3))

    assert refused.value.code == "out_of_stock"
    assert refused.value.extensions == {
        "shortages": [{"sku": "SHIRT", "requested": 6, "available": 5}]
    }
    assert not Reservation.objects.exists()


def test_leaves_nothing_behind_when_one_of_the_variants_runs_out(store):
    plenty = StockItemFactory(variant__product__store=store, on_hand=10)
    scarce = StockItemFactory(variant__product__store=store, variant__sku="SCARCE", on_hand=1)

    with pytest.raises(OutOfStock) as refused:
        reserve(store, Demand(plenty.variant_id, 1), Demand(scarce.variant_id, 2))

    assert refused.value.extensions["shortages"] == [
        {"sku": "SCARCE", "requested": 2, "available": 1}
    ]
    assert not Reservation.objects.exists()
    assert not OutboxEvent.objects.exists()
    assert set(StockItem.objects.values_list("reserved", flat=True)) == {0}


def test_what_others_hold_cannot_be_had(store):
    item = StockItemFactory(variant__product__store=store, on_hand=4)
    reserve(store, Demand(item.variant_id, 3))

    with pytest.raises(OutOfStock) as refused:
        inventory.reserve_stock(
            store=store,
            lines=[Demand(item.variant_id, 2)],
            reference=UUID(int=2),
            expires_at=LATER,
            by=None,
        )

    assert refused.value.extensions["shortages"][0]["available"] == 1


def test_a_variant_that_was_never_stocked_is_out_of_stock(store):
    variant = VariantFactory(product__store=store, sku="NEW")

    with pytest.raises(OutOfStock) as refused:
        reserve(store, Demand(variant.pk, 1))

    assert refused.value.extensions["shortages"] == [{"sku": "NEW", "requested": 1, "available": 0}]


def test_another_stores_goods_are_not_touched(store):
    item = StockItemFactory(variant__product__store=store, on_hand=5)

    with pytest.raises(OutOfStock):
        reserve(StoreFactory(), Demand(item.variant_id, 1))

    item.refresh_from_db()
    assert item.reserved == 0


def test_takes_from_the_warehouse_that_has_all_of_it(store):
    north = WarehouseFactory(store=store, code="north", priority=1)
    south = WarehouseFactory(store=store, code="south", priority=2)
    few = StockItemFactory(variant__product__store=store, warehouse=north, on_hand=2)
    many = StockItemFactory(variant=few.variant, warehouse=south, on_hand=9)

    reserve(store, Demand(few.variant_id, 5))

    assert Reservation.objects.get().stock_item == many


def test_splits_what_no_warehouse_has_alone(store):
    north = WarehouseFactory(store=store, code="north", priority=1)
    south = WarehouseFactory(store=store, code="south", priority=2)
    few = StockItemFactory(variant__product__store=store, warehouse=south, on_hand=3)
    more = StockItemFactory(variant=few.variant, warehouse=north, on_hand=4)

    reserve(store, Demand(few.variant_id, 6))

    held = dict(Reservation.objects.values_list("stock_item", "quantity"))
    assert held == {more.pk: 4, few.pk: 2}
    assert broken_promises() == []


def test_the_last_one_takes_the_variant_out_of_the_catalogues_stock(store):
    item = StockItemFactory(variant__product__store=store, on_hand=2)

    reserve(store, Demand(item.variant_id, 2))

    assert not Variant.objects.get().in_stock
    assert broken_promises() == []


def test_a_variant_stays_in_stock_while_another_warehouse_has_some(store):
    north = WarehouseFactory(store=store, code="north", priority=1)
    last = StockItemFactory(variant__product__store=store, warehouse=north, on_hand=2)
    StockItemFactory(variant=last.variant, on_hand=1)

    reserve(store, Demand(last.variant_id, 2))

    assert Variant.objects.get().in_stock


def test_tells_what_was_reserved_where(store, staff):
    item = StockItemFactory(variant__product__store=store, variant__sku="SHIRT")

    inventory.reserve_stock(
        store=store,
        lines=[Demand(item.variant_id, 2)],
        reference=ORDER,
        expires_at=LATER,
        by=staff,
    )

    event = OutboxEvent.objects.get()
    assert event.name == "reservation.created"
    assert event.aggregate_id == ORDER
    assert event.actor == f"user:{staff.public_id}"
    assert event.payload == {
        "lines": [
            {
                "variant_id": str(item.variant.public_id),
                "sku": "SHIRT",
                "warehouse": "main",
                "quantity": 2,
            }
        ],
        "expires_at": "2999-01-01T00:00:00Z",
    }


def test_three_lines_cost_three_statements(store):
    items = [StockItemFactory(variant__product__store=store) for _ in range(3)]

    with at_most(3):
        reserve(store, *(Demand(item.variant_id, 2) for item in items))


@pytest.mark.django_db(transaction=True)
def test_needs_a_transaction_that_keeps_the_locks(store):
    item = StockItemFactory(variant__product__store=store)

    with pytest.raises(TransactionRequired):
        reserve(store, Demand(item.variant_id, 1))

    assert not Reservation.objects.exists()


def test_a_misspelled_strategy_is_named(store, settings):
    settings.INVENTORY_LOCKING = "rows"
    item = StockItemFactory(variant__product__store=store)

    with pytest.raises(ImproperlyConfigured, match="'rows'; set it to one of row, row\\+redis"):
        reserve(store, Demand(item.variant_id, 1))
