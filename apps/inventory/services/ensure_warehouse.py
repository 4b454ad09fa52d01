"""Where goods go when nobody says where."""

from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor
from apps.inventory.events import WarehouseCreated
from apps.inventory.models import Warehouse
from apps.stores.models import Store


@requires_transaction
def ensure_warehouse(*, store: Store, by: Actor) -> Warehouse:
    """This function will return the store's default warehouse, and make one when it has none."""
    known = Warehouse.objects.default_of(store)
    if known is not None:
        return known
    warehouse, is_new = Warehouse.objects.get_or_create(
        store=store, code="main", defaults={"name": "Main warehouse", "is_default": True}
    )
    if is_new:
        event = WarehouseCreated(aggregate_id=warehouse.public_id, code=warehouse.code)
        events.publish(event, store=store, by=by)
    return warehouse
