"""Goods arrive, as a file says: it adds to what is there, where a count would replace it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from apps.accounts.scopes import Scope
from apps.catalog.models import Variant
from apps.interchange.differences import receipt_sums, receipt_words
from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.receipts import ReceiptRecord, read_receipts
from apps.interchange.formats.record import Fault, RefusedRecord
from apps.interchange.kinds import Import, Kind, Planned, Written, refused, register
from apps.interchange.report import Result
from apps.interchange.services.revert_on_hand import revert_on_hand
from apps.inventory import services as inventory
from apps.inventory.models import MOST_ON_HAND, StockItem, Warehouse
from apps.stores.models import Store


@dataclass(frozen=True, kw_only=True)
class Arriving:
    """What a row adds to, and how many are there now."""

    arrival: inventory.Arrival
    on_hand: int


class ReceiptImporter:
    """Adds what has come to what warehouses have. Its option `warehouse`, a code, is where goods go
    of which the file does not say it; `note` is for those that have none."""

    def __init__(self, run: Import) -> None:
        self._run = run
        # Two rows may mean one place: one names the warehouse where the delivery goes anyway.
        self._lines: dict[tuple[int, int], int] = {}

    def plan(self, records: Sequence[ReceiptRecord]) -> list[Planned]:
        """This function will look at the stock that is added to, in four statements."""
        store = self._run.store
        skus = {record.sku for record in records}
        found = Variant.objects.for_store(store).filter(sku__in=skus).select_related("product")
        variants = {one.sku: one for one in found}
        items = {
            (item.variant_id, item.warehouse_id): item
            for item in StockItem.objects.of_variants([one.pk for one in variants.values()])
        }
        warehouses = self._warehouses()
        return [self._plan(one, variants.get(one.sku), warehouses, items) for one in records]

    def write(self, planned: Sequence[Planned]) -> list[Written]:
        """This function will receive the goods of many rows."""
        items = inventory.receive_arrivals(
            store=self._run.store,
            arrivals=[one.work.arrival for one in planned],
            by=self._run.by,
            reference=self._run.batch,
        )
        return [
            Written(
                target=item.public_id,
                version=item.version,
                before={"added": one.work.arrival.quantity, "after": item.on_hand},
            )
            for one, item in zip(planned, items, strict=True)
        ]

    def settle(self) -> None:
        """This function will do nothing: which lines there were holds whatever became of them."""

    forget = discard = settle

    def _warehouses(self) -> dict[str, Warehouse]:
        store = self._run.store
        known = {one.code: one for one in Warehouse.objects.for_store(store)}
        usual = known.get(self._run.options.get("warehouse", ""))
        default = usual or Warehouse.objects.default_of(store)
        return known | ({"": default} if default else {})

    def _plan(
        self,
        record: ReceiptRecord,
        variant: Variant | None,
        warehouses: Mapping[str, Warehouse],
        items: Mapping[tuple[int, int], StockItem],
    ) -> Planned:
        warehouse = warehouses.get(record.warehouse)
        if variant is None:
            return _refused(record, "sku", record.sku, "is not in the store")
        if warehouse is None:
            return _refused(record, "warehouse", record.warehouse, "is not in the store")
        first = self._lines.setdefault((variant.pk, warehouse.pk), record.line)
        if first != record.line:
            return _refused(record, "sku", record.sku, f"is there before, at line {first}")
        item = items.get((variant.pk, warehouse.pk))
        on_hand = item.on_hand if item else 0
        if on_hand + record.quantity > MOST_ON_HAND:
            reason = f"is more than fits beside the {on_hand} that are there"
            return _refused(record, "quantity", str(record.quantity), reason)
        arrival = inventory.Arrival(
            variant=variant,
            warehouse=warehouse,
            quantity=record.quantity,
            note=record.note or self._run.options.get("note", ""),
        )
        result = Result.CHANGED if item else Result.CREATED
        work = Arriving(arrival=arrival, on_hand=on_hand)
        return Planned(record=record, result=result, work=work)


def _refused(record: ReceiptRecord, column: str, value: str, reason: str) -> Planned:
    return refused(record, Fault(line=record.line, column=column, value=value, reason=reason))


def _before(kept: Mapping[str, Any]) -> int:
    return int(kept["after"] - kept["added"])


def _read(lines: BoundedLines, store: Store) -> Iterator[ReceiptRecord | RefusedRecord]:
    return read_receipts(lines)


RECEIPTS = register(
    Kind(
        name="receipts",
        noun="goods",
        scopes=(Scope.WRITE_STOCK,),
        measure=receipt_sums,
        describe=receipt_words,
        has_own_page=True,
        formats={"native": _read},
        importer=ReceiptImporter,
        revert=partial(revert_on_hand, earlier=_before, reason="Receipt reverted"),
    )
)
