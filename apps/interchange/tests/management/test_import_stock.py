import io
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command

from apps.catalog.tests.factories import VariantFactory
from apps.events.models import OutboxEvent
from apps.interchange.models import ImportBatch
from apps.inventory import services as inventory
from apps.inventory.models import StockItem, StockMovement
from apps.inventory.tests.factories import MainWarehouseFactory, WarehouseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def count(tmp_path):
    def run(*lines: str) -> tuple[str, str]:
        file = tmp_path / "stock.csv"
        file.write_text("sku,warehouse,on_hand,reserved\n" + "\n".join(lines) + "\n")
        out, err = io.StringIO(), io.StringIO()
        with suppress(CommandError):
            call_command("import_stock", str(file), stdout=out, stderr=err)
        return out.getvalue().strip(), err.getvalue().strip()

    return run


def on_hand() -> dict[tuple[str, str], int]:
    rows = StockItem.objects.values_list("variant__sku", "warehouse__code", "on_hand")
    return {(sku, code): number for sku, code, number in rows}


def test_warehouses_have_what_was_counted(store, count):
    MainWarehouseFactory(store=store)
    north = WarehouseFactory(store=store, code="north")
    one, two = VariantFactory(store=store, sku="A1"), VariantFactory(store=store, sku="A2")
    for variant in (one, two):
        inventory.receive_stock(store=store, variant=variant, quantity=5, warehouse=north, by=None)
    lines = ["A1,north,3,0", "A2,north,5,", "A1,,4,"]
    assert count(*lines)[0] == "1 created, 1 changed, 1 unchanged, 0 refused"
    numbers = on_hand()
    assert numbers["A1", "north"] == 3
    assert numbers["A2", "north"] == 5
    assert sum(numbers.values()) == 12
    movement = StockMovement.objects.get(quantity=-2)
    assert (movement.kind, movement.note) == ("adjusted", "Counted, from a file")
    events = OutboxEvent.objects.count()
    assert count(*lines)[0] == "0 created, 0 changed, 3 unchanged, 0 refused"
    assert OutboxEvent.objects.count() == events


def test_each_wrong_count_is_refused_with_a_reason(store, count, reserved_variant):
    out, err = count("A1,,2,", "B2,,1,", "A1,moon,1,", "A1,main,x,", ",,1,", "A1,,3,")
    assert out == "0 created, 0 changed, 0 unchanged, 6 refused"
    assert err.splitlines() == [
        "refused A1: line 2, on_hand: is below what is reserved, 4 ('2')",
        "refused B2: line 3, sku: is not in the store ('B2')",
        "refused A1 in moon: line 4, warehouse: is not in the store ('moon')",
        "refused A1 in main: line 5, on_hand: is not a whole number ('x')",
        "refused a row: line 6, sku: is missing",
        "refused A1: line 7, sku: was counted before, at line 2 ('A1')",
    ]
    assert on_hand() == {("A1", "main"): 5}


@pytest.fixture
def reserved_variant(store):
    variant = VariantFactory(store=store, sku="A1")
    item = inventory.receive_stock(store=store, variant=variant, quantity=5, by=None)
    StockItem.objects.filter(pk=item.pk).update(reserved=4)
    return variant


def test_a_count_is_reverted_unless_something_was_sold_since(store, count):
    for sku in ("A1", "A2"):
        variant = VariantFactory(store=store, sku=sku)
        inventory.receive_stock(store=store, variant=variant, quantity=5, by=None)
    count("A1,,3,", "A2,,9,")
    inventory.receive_stock(store=store, variant=variant, quantity=1, by=None)
    batch = ImportBatch.objects.get()
    with pytest.raises(CommandError):
        call_command(
            "revert_import", str(batch.public_id), stdout=io.StringIO(), stderr=io.StringIO()
        )
    assert on_hand() == {("A1", "main"): 5, ("A2", "main"): 10}
