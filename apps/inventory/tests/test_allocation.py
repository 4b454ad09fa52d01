from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.inventory.allocation import Demand, Missing, Shelf, allocate, total_demand

NORTH, SOUTH, WEST = 1, 2, 3
SHIRT, SOCKS = 11, 12


def shelf(item_id: int, *, variant_id: int = SHIRT, priority: int = 0, available: int) -> Shelf:
    return Shelf(item_id=item_id, variant_id=variant_id, priority=priority, available=available)


def test_two_lines_of_one_variant_are_one_demand():
    lines = [Demand(SHIRT, 2), Demand(SOCKS, 1), Demand(SHIRT, 3)]

    assert total_demand(lines) == {SHIRT: 5, SOCKS: 1}


def test_a_demand_is_for_one_at_least():
    with pytest.raises(ValueError, match="a demand for 0"):
        Demand(SHIRT, 0)


def test_the_first_warehouse_by_priority_gives_when_it_has_enough():
    shelves = [
        shelf(NORTH, priority=20, available=9),
        shelf(SOUTH, priority=10, available=9),
    ]

    assert allocate(demand={SHIRT: 4}, shelves=shelves).taken == {SOUTH: 4}


def test_a_later_warehouse_that_has_all_of_it_is_preferred_to_a_split():
    shelves = [
        shelf(NORTH, priority=10, available=3),
        shelf(SOUTH, priority=20, available=4),
        shelf(WEST, priority=30, available=9),
    ]

    assert allocate(demand={SHIRT: 4}, shelves=shelves).taken == {SOUTH: 4}


def test_a_demand_that_no_warehouse_meets_alone_is_split_by_priority():
    shelves = [
        shelf(NORTH, priority=30, available=5),
        shelf(SOUTH, priority=10, available=3),
        shelf(WEST, priority=20, available=0),
    ]

    assert allocate(demand={SHIRT: 7}, shelves=shelves).taken == {SOUTH: 3, NORTH: 4}


def test_nothing_is_taken_when_one_variant_is_missing():
    shelves = [shelf(NORTH, available=5), shelf(SOUTH, variant_id=SOCKS, available=1)]

    allocation = allocate(demand={SHIRT: 5, SOCKS: 2}, shelves=shelves)

    assert allocation.taken == {}
    assert allocation.missing == [Missing(variant_id=SOCKS, requested=2, available=1)]


def test_a_variant_nobody_has_ever_seen_is_missing():
    allocation = allocate(demand={SHIRT: 1}, shelves=[])

    assert allocation.missing == [Missing(variant_id=SHIRT, requested=1, available=0)]


SHELVES = st.lists(
    st.builds(
        Shelf,
        item_id=st.integers(1, 10_000),
        variant_id=st.integers(1, 4),
        priority=st.integers(0, 3),
        available=st.integers(0, 20),
    ),
    max_size=15,
    unique_by=lambda one: one.item_id,
)
DEMAND = st.dictionaries(st.integers(1, 4), st.integers(1, 40), max_size=4)


@given(demand=DEMAND, shelves=SHELVES)
def test_takes_all_that_is_demanded_or_nothing_and_never_more_than_there_is(demand, shelves):
    by_id = {one.item_id: one for one in shelves}
    stock: defaultdict[int, int] = defaultdict(int)
    for one in shelves:
        stock[one.variant_id] += one.available

    allocation = allocate(demand=demand, shelves=shelves)

    short = {variant for variant, quantity in demand.items() if stock[variant] < quantity}
    assert {one.variant_id for one in allocation.missing} == short
    taken: defaultdict[int, int] = defaultdict(int)
    for item_id, quantity in allocation.taken.items():
        assert 0 < quantity <= by_id[item_id].available
        taken[by_id[item_id].variant_id] += quantity
    assert dict(taken) == ({} if short else demand)


@given(demand=DEMAND, shelves=SHELVES)
def test_splits_only_what_no_warehouse_has_whole_and_then_empties_them_in_order(demand, shelves):
    taken = allocate(demand=demand, shelves=shelves).taken

    for variant, quantity in demand.items():
        own = sorted(
            (one for one in shelves if one.variant_id == variant),
            key=lambda one: (one.priority, one.item_id),
        )
        used = [one for one in own if one.item_id in taken]
        if any(one.available >= quantity for one in own):
            assert len(used) <= 1
        else:
            assert all(taken[one.item_id] == one.available for one in used[:-1])
            assert used == [one for one in own if one.available][: len(used)]


@given(demand=DEMAND, shelves=SHELVES, seed=st.randoms(use_true_random=False))
def test_does_not_depend_on_the_order_of_the_rows(demand, shelves, seed):
    shuffled = list(shelves)
    seed.shuffle(shuffled)

    assert allocate(demand=demand, shelves=shuffled) == allocate(demand=demand, shelves=shelves)
