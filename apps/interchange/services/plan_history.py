"""What would become of entries of another shop's books."""

from collections.abc import Iterator, Sequence

from apps.interchange.formats.past_record import (
    CorrectionRecord,
    CreditRecord,
    OrderRecord,
    PastRecord,
)
from apps.interchange.formats.record import Fault
from apps.interchange.kinds import Import, Planned, refused
from apps.interchange.known_history import KnownGoods, KnownHistory, reference_of
from apps.interchange.report import Result

# The option under which SKUs that nobody knows become products that the public does not see.
CREATE_MISSING = "create_missing_products"


def plan_history(*, run: Import, records: Sequence[PastRecord], goods: KnownGoods) -> list[Planned]:
    """This function will compare entries with the store: an order, a credit or a correction that
    it knows by its number is the same, unless its total is another. Nothing is written."""
    known = KnownHistory(run.store, records)
    goods.load(line.sku for record in records for line in record.lines)
    seen: set[str] = set()
    plan = []
    for record in records:
        faults = tuple(_faults(record, run=run, known=known, goods=goods, seen=seen))
        seen.add(record.key)
        if faults:
            plan.append(refused(record, *faults))
        else:
            same = _is_known(record, run=run, known=known)
            result = Result.UNCHANGED if same else Result.CREATED
            plan.append(Planned(record=record, result=result))
    return plan


def _is_known(record: PastRecord, *, run: Import, known: KnownHistory) -> bool:
    if isinstance(record, CreditRecord):
        return record.key in known.credits
    if isinstance(record, CorrectionRecord):
        return reference_of(record, store=run.store) in known.corrections
    return record.key in known.orders


def _faults(
    record: PastRecord, *, run: Import, known: KnownHistory, goods: KnownGoods, seen: set[str]
) -> Iterator[Fault]:
    if record.key in seen:
        reason = "its number was used before in this file; lines of an order come together"
        yield Fault(line=record.line, value=record.key, reason=reason)
        return
    if isinstance(record, OrderRecord) and record.key in known.orders:
        if known.orders[record.key] != record.total:
            reason = (
                f"was imported before, and its total was {known.orders[record.key].normalize():f}: "
                "history is not written twice"
            )
            yield Fault(line=record.line, value=record.key, reason=reason)
        return
    if run.options.get(CREATE_MISSING):
        return
    for line in record.lines:
        if line.goods is None and goods.get(line.sku) is None:
            reason = "no product of the store has this SKU; --create-missing-products makes one"
            yield Fault(line=line.line, column="sku", value=line.sku, reason=reason)
