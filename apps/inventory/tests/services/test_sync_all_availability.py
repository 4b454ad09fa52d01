import pytest

from apps.catalog.models import Variant
from apps.catalog.tests.factories import VariantFactory
from apps.events.models import OutboxEvent
from apps.inventory import services as inventory
from apps.inventory.tests.factories import StockItemFactory, WarehouseFactory
from apps.inventory.tests.oracle import broken_promises
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def shown() -> dict[str, bool]:
    return dict(Variant.objects.values_list("sku", "in_stock"))


def test_the_catalogue_shows_what_the_warehouses_have_together(store):
    full = StockItemFactory(variant__product__store=store, variant__sku="FULL")
    StockItemFactory(variant__product__store=store, variant__sku="EMPTY", on_hand=0)
    split = StockItemFactory(variant__product__store=store, variant__sku="SPLIT", on_hand=0)
    StockItemFactory(variant=split.variant, warehouse=WarehouseFactory(store=store), on_hand=2)
    VariantFactory(product__store=store, sku="NOWHERE")
    StockItemFactory(variant__sku="ELSEWHERE")
    StockItemFactory(variant__product__store=store, variant__sku="RIGHT")
    Variant.objects.filter(sku__in=["EMPTY", "NOWHERE"]).update(in_stock=True)
    Variant.objects.filter(sku__in=["FULL", "SPLIT", "ELSEWHERE"]).update(in_stock=False)
    assert broken_promises() != []

    assert inventory.sync_all_availability() == 5

    assert shown() == {
        "FULL": True,
        "EMPTY": False,
        "SPLIT": True,
        "NOWHERE": False,
        "ELSEWHERE": True,
        "RIGHT": True,
    }
    assert broken_promises() == []
    changes = OutboxEvent.objects.filter(name="variant.availability_changed")
    assert changes.count() == 5
    assert changes.filter(store=full.store.public_id).count() == 4


def test_where_all_is_right_it_reads_once_and_writes_nothing(store):
    StockItemFactory.create_batch(3, variant__product__store=store)
    with at_most(1):
        assert inventory.sync_all_availability() == 0
    assert not OutboxEvent.objects.exists()


def test_many_are_set_right_in_batches(store):
    StockItemFactory.create_batch(201, variant__product__store=store)
    Variant.objects.update(in_stock=False)
    assert inventory.sync_all_availability() == 201
    assert set(shown().values()) == {True}
