"""What callers name by SKU or code, and what the ledger knows of stock rows."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Sum

from apps.catalog.models import Variant
from apps.core.ids import first_id_at
from apps.inventory.errors import NotInStore
from apps.inventory.models import StockItem, StockMovement, Warehouse
from apps.inventory.models.stock_item import StockItemQuerySet
from apps.stores.models import Store

# Of so many rows at most, those with the most goods, is asked when something was last sold.
MOST_EXAMINED = 1_000


def find_variant(*, store: Store, sku: str) -> Variant:
    """This function will return the store's live variant with an SKU.

    Raises:
        NotInStore: there is none.
    """
    variant = Variant.objects.for_store(store).filter(sku=sku).first()
    if variant is None:
        raise NotInStore("This store has no such SKU.")
    return variant


def find_warehouse(*, store: Store, code: str) -> Warehouse:
    """This function will return the store's warehouse with a code.

    Raises:
        NotInStore: there is none.
    """
    warehouse = Warehouse.objects.for_store(store).filter(code=code).first()
    if warehouse is None:
        raise NotInStore("This store has no such warehouse.")
    return warehouse


def sold_since(*, item_ids: Collection[int], since: datetime) -> dict[int, int]:
    """This function will return how many of some stock rows (primary keys) were sold since, those
    of which nothing was sold left out."""
    sold = StockMovement.objects.filter(
        stock_item__in=item_ids,
        kind=StockMovement.Kind.SOLD,
        public_id__gte=first_id_at(since),
    )
    sums = sold.values("stock_item_id").annotate(total=Sum("quantity"))
    return {item: -total for item, total in sums.values_list("stock_item_id", "total")}


def unsold(rows: StockItemQuerySet, *, since: datetime) -> StockItemQuerySet:
    """This function will keep the rows of the catalogue that are older than that and of which
    nothing was sold since: of the `MOST_EXAMINED` with the most goods on hand, for all would be too
    many to ask."""
    held = rows.filter(on_hand__gt=0, created_at__lt=since)
    fullest = held.order_by("-on_hand", "pk")[:MOST_EXAMINED]
    sales = StockMovement.objects.filter(
        stock_item=OuterRef("pk"),
        kind__in=[StockMovement.Kind.SOLD, StockMovement.Kind.PAST_SALE],
        public_id__gte=first_id_at(since),
    )
    among = rows.filter(pk__in=fullest.values("pk"), variant__deleted_at__isnull=True)
    return among.filter(~Exists(sales))


def on_record(
    *, store: Store, warehouse: Warehouse, skus: Collection[str]
) -> dict[str, tuple[Variant, StockItem | None]]:
    """This function will return the store's live variants with some SKUs and the row that a
    warehouse has of each, if it has any."""
    variants = Variant.objects.for_store(store).filter(sku__in=skus).select_related("product")
    found = list(variants.defer("metadata", "product__metadata"))
    rows = StockItem.objects.filter(warehouse=warehouse, variant__in=found)
    items = {item.variant_id: item for item in rows}
    return {variant.sku: (variant, items.get(variant.pk)) for variant in found}


def shelves_from(*, warehouse: Warehouse, sku: str, most: int) -> list[StockItem]:
    """This function will return the rows of a warehouse in the order of their SKUs, from one on."""
    rows = StockItem.objects.for_store(warehouse.store).described().filter(warehouse=warehouse)
    live = rows.filter(variant__store=warehouse.store, variant__deleted_at__isnull=True)
    return list(live.filter(variant__sku__gte=sku).order_by("variant__sku")[:most])
