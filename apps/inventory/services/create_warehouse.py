"""A new place for goods."""

from django.db import transaction

from apps.core.constraints import refined
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory.errors import WarehouseCodeTaken
from apps.inventory.events import WarehouseCreated
from apps.inventory.models import Warehouse
from apps.stores.models import Store


@transaction.atomic
def create_warehouse(
    *, store: Store, code: str, name: str, priority: int = 100, by: Actor
) -> Warehouse:
    """This function will open a warehouse; a lower `priority` is asked for goods earlier.

    Raises:
        WarehouseCodeTaken: the store has one with this code.
    """
    with refined({"warehouse_code_once_in_store": WarehouseCodeTaken}):
        warehouse = Warehouse.objects.create(store=store, code=code, name=name, priority=priority)
    event = WarehouseCreated(aggregate_id=warehouse.public_id, code=code)
    events.publish(event, store=store, by=by)
    return warehouse
