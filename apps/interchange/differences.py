"""What a planned import would move: sums in money and goods, and a few words on each record."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from apps.core.money import Money
from apps.interchange.formats.past_record import CorrectionRecord, CreditRecord, OrderRecord

# What each sum is called, and whether it is money of the store.
SUMS: Mapping[str, tuple[str, bool]] = {
    "new_variants": ("New variants", False),
    "opening_stock": ("Opening stock received, in pieces", False),
    "prices_raised": ("Prices raised, variants", False),
    "raised_by": ("Prices raised, sum of the differences", True),
    "prices_cut": ("Prices cut, variants", False),
    "cut_by": ("Prices cut, sum of the differences", True),
    "units_added": ("Pieces added to the stock", False),
    "units_removed": ("Pieces taken from the stock", False),
    "orders": ("Past orders", False),
    "orders_total": ("Past orders, sum of their totals", True),
    "credits": ("Returns", False),
    "credits_total": ("Returns, sum of what was given back", True),
    "corrected_units": ("Corrections of stock in the past, in pieces", False),
    "people_added": ("Customers added", False),
    "people_closed": ("Accounts that may not log in", False),
}
_FEW = 6
Sums = dict[str, Decimal]


def product_sums(planned: Any) -> Sums:
    """This function will count new variants with their stock, and prices that differ."""
    plan = planned.work
    if plan is None:
        return {}
    sums = {
        "new_variants": Decimal(len(plan.new_variants)),
        "opening_stock": Decimal(sum(one.opening_stock for one in plan.new_variants)),
    }
    for _, before, after in _prices(plan):
        up = after.amount > before.amount
        count, amount = ("prices_raised", "raised_by") if up else ("prices_cut", "cut_by")
        sums[count] = sums.get(count, Decimal(0)) + 1
        sums[amount] = sums.get(amount, Decimal(0)) + abs(after.amount - before.amount)
    return sums


def product_words(planned: Any) -> Sequence[str]:
    """This function will name the fields that differ, and both prices of a variant."""
    plan = planned.work
    if plan is None:
        return ()
    if plan.known is None:
        return [plan.record.title, f"{len(plan.new_variants)} variants"]
    words = [f"{sku}: price {before} → {after}" for sku, before, after in _prices(plan)]
    words += _fields(plan.details, "product")
    words += [f"{one.sku}: new variant" for one in plan.new_variants]
    for variant, details in plan.variant_changes:
        words += _fields({k: v for k, v in details.items() if k != "price"}, variant.sku)
    words += ["joins " + " > ".join(path) for path in plan.joins]
    words += [f"{len(plan.new_images)} new pictures"] if plan.new_images else []
    return _few(words)


def stock_sums(planned: Any) -> Sums:
    """This function will count pieces that come and go."""
    if planned.work is None:
        return {}
    more = planned.record.on_hand - planned.work[2]
    return {"units_added" if more > 0 else "units_removed": Decimal(abs(more))} if more else {}


def receipt_sums(planned: Any) -> Sums:
    """This function will count pieces that arrive."""
    work = planned.work
    return {} if work is None else {"units_added": Decimal(work.arrival.quantity)}


def receipt_words(planned: Any) -> Sequence[str]:
    """This function will say how many there are, and will be."""
    work = planned.work
    return () if work is None else [f"on hand {work.on_hand} + {work.arrival.quantity}"]


def stock_words(planned: Any) -> Sequence[str]:
    """This function will say how many there are on record, and in the file."""
    if planned.work is None:
        return ()
    return [f"on hand {planned.work[2]} → {planned.record.on_hand}"]


def history_sums(planned: Any) -> Sums:
    """This function will add up orders, returns and corrections."""
    record = planned.record
    if isinstance(record, OrderRecord):
        return {"orders": Decimal(1), "orders_total": record.total}
    if isinstance(record, CreditRecord):
        given = sum((one.unit_price * one.quantity for one in record.lines), Decimal(0))
        return {"credits": Decimal(1), "credits_total": given}
    if isinstance(record, CorrectionRecord):
        return {"corrected_units": Decimal(sum(abs(one.quantity) for one in record.lines))}
    return {}


def history_words(planned: Any) -> Sequence[str]:
    """This function will say what kind of entry it is, and of how much."""
    record = planned.record
    if isinstance(record, OrderRecord):
        return [f"order of {len(record.lines)} lines, {record.total:f}, {record.state}"]
    return ["return" if isinstance(record, CreditRecord) else "correction of stock"]


def people_sums(planned: Any) -> Sums:
    """This function will count people who are new, and those who may not log in."""
    closed = {} if planned.record.is_active else {"people_closed": Decimal(1)}
    return closed | ({"people_added": Decimal(1)} if planned.work is None else {})


def people_words(planned: Any) -> Sequence[str]:
    """This function will tell new people from known ones: no more, for it is about people."""
    return ["new customer" if planned.work is None else "known customer, completed"]


def _prices(plan: Any) -> list[tuple[str, Money, Money]]:
    """Of each variant whose price differs: its SKU, the price now and the price in the file."""
    return [
        (variant.sku, variant.price, details["price"])
        for variant, details in plan.variant_changes
        if "price" in details and details["price"] != variant.price
    ]


def _fields(details: Mapping[str, Any], of: str) -> list[str]:
    return [f"{of}: {', '.join(sorted(details))}"] if details else []


def _few(words: list[str]) -> list[str]:
    more = len(words) - _FEW
    return [*words[:_FEW], f"and {more} more"] if more > 0 else words
