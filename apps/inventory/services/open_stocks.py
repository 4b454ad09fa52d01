"""The places of many variants in warehouses, made when they are first used."""

from collections.abc import Sequence

from apps.catalog.models import Variant
from apps.core.transactions import requires_transaction
from apps.inventory.errors import NotInStore
from apps.inventory.models import StockItem, Warehouse
from apps.stores.models import Store


@requires_transaction
def open_stocks(
    *, store: Store, places: Sequence[tuple[Variant, Warehouse]]
) -> dict[tuple[Variant, Warehouse], StockItem]:
    """This function will lock all stock of some variants; rows of these places that are missing are
    made. Returns the rows of the places.

    Raises:
        NotInStore: a variant or a warehouse belongs to another store.
    """
    if any({variant.store_id, place.store_id} != {store.pk} for variant, place in places):
        raise NotInStore
    rows = StockItem.objects.of_variants([variant.pk for variant, _ in places])
    locked = {(row.variant_id, row.warehouse_id): row for row in rows.locked()}
    missing = [
        StockItem(store=store, variant=variant, warehouse=warehouse)
        for variant, warehouse in places
        if (variant.pk, warehouse.pk) not in locked
    ]
    if missing:
        StockItem.objects.bulk_create(missing, ignore_conflicts=True)
        locked = {(row.variant_id, row.warehouse_id): row for row in rows.locked()}
    return {place: locked[place[0].pk, place[1].pk] for place in places}
