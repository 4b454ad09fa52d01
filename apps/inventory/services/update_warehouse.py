"""Another name or place in the order."""

from typing import Any

from django.db import transaction

from apps.events import services as events
from apps.events.actors import Actor
from apps.events.event import changes_between
from apps.inventory.errors import NotInStore
from apps.inventory.events import WarehouseUpdated
from apps.inventory.models import Warehouse
from apps.stores.models import Store


@transaction.atomic
def update_warehouse(
    *,
    store: Store,
    warehouse_id: int,
    name: str,
    priority: int,
    is_default: bool,
    by: Actor,
    expected_version: int | None = None,
) -> Warehouse:
    """This function will change a warehouse (by primary key); its code stays.

    Making it the default one takes that from the warehouse that was. The default one stays so
    until another becomes it.

    Raises:
        NotInStore: the store has no such warehouse.
        PreconditionFailed: it has another version than expected.
    """
    warehouses = {one.pk: one for one in Warehouse.objects.for_store(store).locked()}
    if warehouse_id not in warehouses:
        raise NotInStore
    warehouse = warehouses[warehouse_id]
    warehouse.require_version(expected_version)
    before = _values_of(warehouse)
    if is_default and not warehouse.is_default:
        Warehouse.objects.for_store(store).filter(is_default=True).update(is_default=False)
        warehouse.is_default = True
    warehouse.name, warehouse.priority = name, priority
    warehouse.save(update_fields=["name", "priority", "is_default"])
    event = WarehouseUpdated(
        aggregate_id=warehouse.public_id,
        code=warehouse.code,
        changes=changes_between(before, _values_of(warehouse)),
    )
    events.publish(event, store=store, by=by)
    return warehouse


def _values_of(warehouse: Warehouse) -> dict[str, Any]:
    return {name: getattr(warehouse, name) for name in ("name", "priority", "is_default")}
