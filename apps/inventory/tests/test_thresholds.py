import pytest

from apps.catalog.tests.factories import VariantFactory
from apps.inventory.models import StockItem
from apps.inventory.tests.factories import StockItemFactory, WarehouseFactory
from apps.inventory.thresholds import low_after


def row(*, on_hand: int, reserved: int = 0, threshold: int | None = None) -> StockItem:
    return StockItem(
        pk=1,
        variant=VariantFactory.build(sku="SHIRT"),
        warehouse=WarehouseFactory.build(code="main"),
        on_hand=on_hand,
        reserved=reserved,
        low_stock_threshold=threshold,
    )


@pytest.mark.parametrize(
    ("left", "taken", "told"),
    [
        (5, 1, True),  # from six to the usual five
        (4, 2, True),  # over the edge in one step
        (0, 6, True),
        (6, 4, False),  # still above
        (5, 0, False),  # nothing was taken
        (4, 1, False),  # was low before
        (9, -3, False),  # goods came
        (5, -3, False),  # goods came, and were not enough
    ],
)
def test_only_the_step_over_the_edge_is_told(left, taken, told):
    item = row(on_hand=left + 2, reserved=2)
    assert [event.available for event in low_after([(item, taken)])] == ([left] if told else [])


@pytest.mark.parametrize(("threshold", "told"), [(2, False), (3, True), (0, False), (None, True)])
def test_a_row_may_have_a_threshold_of_its_own(threshold, told):
    assert bool(low_after([(row(on_hand=3, threshold=threshold), 5)])) is told


def test_the_usual_threshold_is_the_installations(settings):
    settings.LOW_STOCK_THRESHOLD = 50
    (event,) = low_after([(row(on_hand=50), 1)])
    assert event.payload() == {
        "variant_id": event.variant_id,
        "sku": "SHIRT",
        "warehouse": "main",
        "available": 50,
        "threshold": 50,
    }


def test_a_threshold_of_nothing_tells_of_the_last_one_sold():
    assert low_after([(row(on_hand=0, threshold=0), 1)])
    assert not low_after([(row(on_hand=1, threshold=0), 1)])


@pytest.mark.django_db
def test_rows_that_are_low_are_found_by_the_same_rule(store):
    def item(sku: str, **numbers) -> None:
        StockItemFactory(variant__product__store=store, variant__sku=sku, **numbers)

    item("SIX", on_hand=6)
    item("FIVE", on_hand=5)
    item("OWN", on_hand=9, low_stock_threshold=9)
    item("NEVER-MIND", on_hand=1, low_stock_threshold=0)
    item("NONE", on_hand=0)
    item("GONE", on_hand=0)
    gone = StockItem.objects.get(variant__sku="GONE").variant
    gone.mark_deleted(now=gone.created_at)

    low = StockItem.objects.low().order_by("pk").values_list("variant__sku", flat=True)
    assert list(low) == ["FIVE", "OWN", "NONE"]
