"""What came and went before the shop moved here."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from apps.core.bulk_inserts import insert_values
from apps.core.ids import uuid7_at
from apps.core.transactions import requires_transaction
from apps.events import services as events
from apps.events.actors import Actor, actor_reference
from apps.inventory.events import PastMovementsImported
from apps.inventory.models import StockItem, StockMovement, Warehouse
from apps.inventory.past import PastMovement, balanced, merged
from apps.inventory.services.ensure_warehouse import ensure_warehouse
from apps.stores.models import Store

_COLUMNS = [
    "public_id",
    "created_at",
    "store_id",
    "stock_item_id",
    "kind",
    "quantity",
    "on_hand_after",
    "reference",
    "actor",
    "note",
]


@requires_transaction
def import_movements(*, store: Store, movements: Iterable[PastMovement], by: Actor) -> int:
    """This function will write movements of another shop into the ledger of the default warehouse.

    What is on hand stays as it is: history changes nothing on the shelf, nothing is reserved and
    nothing is in stock that was not (`past.balanced`). Their times are those of the movements. The
    variants are the store's own; their stock rows are locked, and made where they are missing.

    Returns how many movements were written.
    """
    by_variant = merged(movements)
    if not by_variant:
        return 0
    warehouse = ensure_warehouse(store=store, by=by)
    rows = list(_rows(_locked_items(store, warehouse, by_variant), by_variant, by=by))
    insert_values(table=StockMovement._meta.db_table, columns=_COLUMNS, rows=rows)
    fact = PastMovementsImported(
        aggregate_id=warehouse.public_id, warehouse=warehouse.code, movements=len(rows)
    )
    events.publish(fact, store=store, by=by)
    return len(rows)


def _locked_items(
    store: Store, warehouse: Warehouse, variant_ids: Collection[int]
) -> list[StockItem]:
    items = StockItem.objects.filter(warehouse=warehouse, variant__in=variant_ids)
    known = set(items.values_list("variant_id", flat=True))
    missing = [
        StockItem(store=store, variant_id=variant_id, warehouse=warehouse)
        for variant_id in sorted(variant_ids)
        if variant_id not in known
    ]
    StockItem.objects.bulk_create(missing, ignore_conflicts=True)
    return items.locked()


def _rows(
    items: Iterable[StockItem], by_variant: dict[int, list[PastMovement]], *, by: Actor
) -> Iterator[tuple[Any, ...]]:
    actor = actor_reference(by)
    for item in items:
        on_hand = item.on_hand
        for one in balanced(by_variant[item.variant_id]):
            on_hand += one.quantity
            yield (
                uuid7_at(one.moved_at),
                one.moved_at,
                item.store_id,
                item.pk,
                one.kind,
                one.quantity,
                on_hand,
                one.reference,
                actor,
                one.note[:200],
            )
