"""Carrying out the plans for entries of another shop's books."""

from collections.abc import Sequence
from typing import Any

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.past import PastPerson
from apps.catalog import services as catalog
from apps.catalog.models import Product, ProductListing, Variant
from apps.core.money import Money
from apps.interchange.formats.past_record import (
    CorrectionRecord,
    CreditRecord,
    OrderRecord,
    PastLineRecord,
    PastRecord,
)
from apps.interchange.kinds import Import, Planned, Written
from apps.interchange.known_history import KnownGoods, reference_of
from apps.interchange.past_entries import credit_of, movements_of, order_of
from apps.interchange.past_people import KnownPeople
from apps.interchange.services.plan_history import plan_history
from apps.interchange.table_statistics import TableStatistics
from apps.inventory.models import StockMovement
from apps.orders import services as orders
from apps.orders.models import Order, OrderLine

_NOT_GOODS = "Not goods"


class HistoryImporter:
    """Plans and writes past orders of one run; it remembers the variants it has met."""

    def __init__(self, run: Import) -> None:
        self._run = run
        self._goods = KnownGoods(run.store)
        self._written = 0
        self._statistics = TableStatistics(
            User, Product, ProductListing, Variant, StockMovement, Order, OrderLine
        )

    def plan(self, records: Sequence[PastRecord]) -> list[Planned]:
        """This function will compare records with the store."""
        return plan_history(run=self._run, records=records, goods=self._goods)

    def write(self, planned: Sequence[Planned]) -> list[Written]:
        """This function will write all of them, or raise. Whom and what the store does not know
        comes with them."""
        records: list[Any] = [one.record for one in planned]
        people = self._people(records)
        self._add_goods([line for record in records for line in record.lines])
        run, goods = self._run, self._goods
        sold = [one for one in records if isinstance(one, OrderRecord)]
        back = [one for one in records if isinstance(one, CreditRecord)]
        corrections = [one for one in records if isinstance(one, CorrectionRecord)]
        placed, returned = orders.import_history(
            store=run.store,
            source=records[0].source,
            orders=[order_of(one, customer=people[one.line], goods=goods) for one in sold],
            returns=[credit_of(one, customer=people.get(one.line), goods=goods) for one in back],
            adjustments=[
                movement
                for one in corrections
                for movement in movements_of(one, store=run.store, goods=goods)
            ],
            by=run.by,
        )
        targets = [reference_of(one, store=run.store) for one in corrections]
        targets += [row.public_id for row in (*placed, *returned)]
        lines = [one.line for one in (*corrections, *sold, *back)]
        by_line = dict(zip(lines, targets, strict=True))
        self._written += len(records)
        return [Written(target=by_line[one.line], version=1) for one in records]

    def settle(self) -> None:
        """This function will go on with what is remembered."""
        self._statistics.count(self._written)
        self._written = 0

    def forget(self) -> None:
        """This function will read the variants anew."""
        self._goods.forget()

    def discard(self) -> None:
        """This function will forget what was written, too."""
        self._written = 0
        self.forget()

    def _people(self, records: Sequence[PastRecord]) -> dict[int, User]:
        """Who has bought or sent back, by the line of the record. A guest who buys is a person of
        whom nothing is known; of one who sends something back there is none."""
        buyers = [one for one in records if isinstance(one, OrderRecord | CreditRecord)]
        known = KnownPeople(self._run.store, buyers)
        new = {_name_of(one): one for one in buyers if _is_new(one, known)}
        people = [
            PastPerson(email=one.email, external_id=one.external_id, created_at=one.at)
            for one in new.values()
        ]
        added = accounts.import_people(store=self._run.store, people=people, by=self._run.by)
        by_name = dict(zip(new, added, strict=True))
        found = {one.line: known.find(one) or by_name.get(_name_of(one)) for one in buyers}
        return {line: person for line, person in found.items() if person is not None}

    def _add_goods(self, lines: Sequence[PastLineRecord]) -> None:
        self._goods.load(line.sku for line in lines)
        missing = {line.sku: line for line in lines if self._goods.get(line.sku) is None}
        if not missing:
            return
        added = catalog.import_goods(
            store=self._run.store,
            goods=[self._goods_of(line) for line in missing.values()],
            by=self._run.by,
            now=self._run.now,
        )
        for variant in added:
            self._goods.add(variant)

    def _goods_of(self, line: PastLineRecord) -> catalog.PastGoods:
        """What the file makes of a SKU; if it makes nothing of it, the public does not see it."""
        told = line.goods
        price = told.price if told else line.unit_price
        return catalog.PastGoods(
            sku=line.sku,
            title=(told.title if told else line.title) or line.sku,
            price=Money(price, self._run.store.currency),
            is_hidden=told is None or not told.is_goods or not price,
            product_type="" if told is None or told.is_goods else _NOT_GOODS,
        )


def _name_of(record: PastRecord) -> tuple[str, str] | int:
    """What tells people apart: every guest is somebody else."""
    named = record.external_id or record.email
    return (record.external_id, record.email.casefold()) if named else record.line


def _is_new(record: PastRecord, known: KnownPeople) -> bool:
    is_named = bool(record.external_id or record.email)
    return known.find(record) is None and (is_named or isinstance(record, OrderRecord))
