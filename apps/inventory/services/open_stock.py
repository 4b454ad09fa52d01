"""A variant's place in a warehouse, made when it is first used."""

from collections.abc import Sequence

from apps.catalog.models import Variant
from apps.core.transactions import requires_transaction
from apps.events.actors import Actor
from apps.inventory.errors import NotInStore
from apps.inventory.models import StockItem, Warehouse
from apps.inventory.services.ensure_warehouse import ensure_warehouse
from apps.stores.models import Store


@requires_transaction
def open_stock(
    *, store: Store, variant: Variant, warehouse: Warehouse | None, by: Actor
) -> tuple[StockItem, Sequence[StockItem]]:
    """This function will lock all stock of a variant; the row of a warehouse is made if missing.

    Without a warehouse it is the store's default one. Returns its row, and all of them.

    Raises:
        NotInStore: the variant or the warehouse belongs to another store.
    """
    warehouse = warehouse or ensure_warehouse(store=store, by=by)
    if {variant.store_id, warehouse.store_id} != {store.pk}:
        raise NotInStore
    rows = StockItem.objects.of_variants([variant.pk])
    locked = rows.locked()
    if all(row.warehouse_id != warehouse.pk for row in locked):
        missing = StockItem(store=store, variant=variant, warehouse=warehouse)
        StockItem.objects.bulk_create([missing], ignore_conflicts=True)
        locked = rows.locked()
    (item,) = (row for row in locked if row.warehouse_id == warehouse.pk)
    return item, locked
