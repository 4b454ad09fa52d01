"""Counting the shelves: how many there are, from a file."""

from collections.abc import Iterator, Sequence
from functools import partial
from operator import itemgetter

from apps.accounts.scopes import Scope
from apps.catalog.models import Variant
from apps.interchange.differences import stock_sums, stock_words
from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.record import Fault, RefusedRecord
from apps.interchange.formats.stock import StockRecord, read_stock
from apps.interchange.kinds import Import, Kind, Planned, Written, refused, register
from apps.interchange.report import Result
from apps.interchange.services.revert_on_hand import revert_on_hand
from apps.inventory import services as inventory
from apps.inventory.models import StockItem, Warehouse
from apps.stores.models import Store

_REASON = "Counted, from a file"


class StockImporter:
    """Sets what warehouses have to what was counted. What is reserved stays as it is: it follows
    from the orders."""

    def __init__(self, run: Import) -> None:
        self._run = run

    def plan(self, records: Sequence[StockRecord]) -> list[Planned]:
        """This function will compare counts with the stock, in three statements."""
        store = self._run.store
        skus = {record.sku for record in records}
        variants = {one.sku: one for one in Variant.objects.for_store(store).filter(sku__in=skus)}
        warehouses = {one.code: one for one in Warehouse.objects.for_store(store)}
        warehouses[""] = Warehouse.objects.default_of(store)
        items = {
            (item.variant_id, item.warehouse_id): item
            for item in StockItem.objects.of_variants([one.pk for one in variants.values()])
        }
        return [
            _plan(
                record,
                variant=variants.get(record.sku),
                warehouse=warehouses.get(record.warehouse),
                items=items,
            )
            for record in records
        ]

    def write(self, planned: Sequence[Planned]) -> list[Written]:
        """This function will adjust the stock of many rows."""
        counts = [
            inventory.StockCount(
                variant=one.work[0], warehouse=one.work[1], quantity=one.record.on_hand,
                expected=one.work[2],
            )
            for one in planned
        ]  # fmt: skip
        items = inventory.adjust_stocks(
            store=self._run.store, counts=counts, reason=_REASON, by=self._run.by
        )
        return [
            Written(
                target=item.public_id,
                version=item.version,
                before={"on_hand": one.work[2], "after": item.on_hand},
            )
            for one, item in zip(planned, items, strict=True)
        ]

    def settle(self) -> None:
        """This function will do nothing: nothing is remembered."""

    forget = discard = settle


def _plan(
    record: StockRecord,
    *,
    variant: Variant | None,
    warehouse: Warehouse | None,
    items: dict[tuple[int, int], StockItem],
) -> Planned:
    if variant is None:
        return _refused(record, "sku", record.sku, "is not in the store")
    if warehouse is None and record.warehouse:
        return _refused(record, "warehouse", record.warehouse, "is not in the store")
    item = items.get((variant.pk, warehouse.pk)) if warehouse else None
    on_hand, reserved = (item.on_hand, item.reserved) if item else (0, 0)
    if record.on_hand < reserved:
        reason = f"is below what is reserved, {reserved}"
        return _refused(record, "on_hand", str(record.on_hand), reason)
    if record.on_hand == on_hand:
        result = Result.UNCHANGED
    else:
        result = Result.CHANGED if item else Result.CREATED
    return Planned(record=record, result=result, work=(variant, warehouse, on_hand))


def _refused(record: StockRecord, column: str, value: str, reason: str) -> Planned:
    return refused(record, Fault(line=record.line, column=column, value=value, reason=reason))


def _read(lines: BoundedLines, store: Store) -> Iterator[StockRecord | RefusedRecord]:
    return read_stock(lines)


STOCK = register(
    Kind(
        name="stock",
        noun="counts",
        scopes=(Scope.WRITE_STOCK,),
        measure=stock_sums,
        describe=stock_words,
        formats={"native": _read},
        importer=StockImporter,
        revert=partial(revert_on_hand, earlier=itemgetter("on_hand"), reason="Import reverted"),
    )
)
