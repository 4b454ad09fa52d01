"""Which warehouse gives how many. Pure arithmetic."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Demand:
    """So many of a variant. `variant_id` is its primary key."""

    variant_id: int
    quantity: int

    def __post_init__(self) -> None:
        if self.quantity < 1:
            raise ValueError(f"a demand for {self.quantity}")


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What one warehouse has of a variant. The lowest priority number comes first."""

    item_id: int
    variant_id: int
    priority: int
    available: int


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A demand that all warehouses together cannot meet."""

    variant_id: int
    requested: int
    available: int


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """What to take from each stock row, by its primary key; or else what is missing."""

    taken: Mapping[int, int]
    missing: Sequence[Missing]


def total_demand(lines: Iterable[Demand]) -> dict[int, int]:
    """This function will return how many of each variant the lines ask for together."""
    total: Counter[int] = Counter()
    for line in lines:
        total[line.variant_id] += line.quantity
    return dict(total)


def allocate(*, demand: Mapping[int, int], shelves: Iterable[Shelf]) -> Allocation:
    """This function will say what to take where, whole demands or nothing.

    Each variant comes from the first warehouse by priority that has all of it, so that it travels
    in one parcel; when none has, from several in their order.
    """
    by_variant: defaultdict[int, list[Shelf]] = defaultdict(list)
    for shelf in sorted(shelves, key=lambda one: (one.priority, one.item_id)):
        by_variant[shelf.variant_id].append(shelf)
    missing = [
        Missing(variant_id=variant_id, requested=quantity, available=available)
        for variant_id, quantity in demand.items()
        if (available := sum(shelf.available for shelf in by_variant[variant_id])) < quantity
    ]
    if missing:
        return Allocation(taken={}, missing=missing)
    taken: dict[int, int] = {}
    for variant_id, quantity in demand.items():
        taken |= _split(quantity, by_variant[variant_id])
    return Allocation(taken=taken, missing=[])


def _split(quantity: int, shelves: Sequence[Shelf]) -> dict[int, int]:
    for shelf in shelves:
        if shelf.available >= quantity:
            return {shelf.item_id: quantity}
    taken = {}
    for shelf in shelves:
        share = min(quantity, shelf.available)
        if share:
            taken[shelf.item_id] = share
            quantity -= share
    return taken
