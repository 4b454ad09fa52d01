"""What moved in another shop, and what has to stand around it in the ledger. No database.

A ledger that ends with what is on the shelf today, and tells of sales in between, must begin with
what was there for them. So around the movements q₁ … qₙ of one stock row, in the order of time,

    opening = max(0, max over k of -(q₁ + … + qₖ))   received before the first of them
    closing = -(opening + q₁ + … + qₙ)               adjusted after the last, where it is not zero

No balance in between falls below what is on hand, and all of them together change nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate
from typing import Literal
from uuid import UUID

Kind = Literal["past_sale", "past_return", "adjusted", "received"]
BEFORE = "there before the shop moved here"
AFTER = "gone before the shop moved here"


@dataclass(frozen=True, kw_only=True)
class PastMovement:
    """So many of a variant (primary key) that came or, below zero, went in another shop.

    `reference` is the public id of the order or return; one kind of movement stands under it once
    for each variant.
    """

    variant_id: int
    kind: Kind
    quantity: int
    moved_at: datetime
    reference: UUID | None = None
    note: str = ""


def merged(movements: Iterable[PastMovement]) -> dict[int, list[PastMovement]]:
    """This function will return the movements by variant, in the order of time, what stands under
    one reference added up; what adds up to nothing is left out."""
    sums: dict[tuple[int, str, UUID | None, str], PastMovement] = {}
    for one in movements:
        key = (one.variant_id, one.kind, one.reference, "" if one.reference else one.note)
        before = sums.get(key)
        sums[key] = one if before is None else _plus(before, one)
    by_variant: dict[int, list[PastMovement]] = defaultdict(list)
    for one in sorted(sums.values(), key=lambda one: one.moved_at):
        if one.quantity:
            by_variant[one.variant_id].append(one)
    return by_variant


def _plus(one: PastMovement, other: PastMovement) -> PastMovement:
    return replace(one, quantity=one.quantity + other.quantity, note=one.note or other.note)


def balanced(movements: list[PastMovement]) -> Iterator[PastMovement]:
    """This function will yield the movements of one variant between the two of the formula."""
    first, last = movements[0], movements[-1]
    opening = max(0, -min(accumulate(one.quantity for one in movements)))
    closing = -(opening + sum(one.quantity for one in movements))
    if opening:
        yield replace(first, kind="received", quantity=opening, reference=None, note=BEFORE)
    yield from movements
    if closing:
        yield replace(last, kind="adjusted", quantity=closing, reference=None, note=AFTER)
