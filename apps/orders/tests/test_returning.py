from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from apps.orders.returning import SoldLine, shares


def day(number: int) -> datetime:
    return datetime(2011, 3, number, tzinfo=UTC)


def sold(line: int, left: int, *, on: int) -> SoldLine:
    return SoldLine(line_id=line, order_id=line, placed_at=day(on), left=left)


def divided(quantity, *lines, before=31):
    found = shares(quantity, lines=lines, before=day(before))
    return [(line and line.line_id, count) for line, count in found]


def test_the_latest_order_before_gives_first():
    assert divided(3, sold(1, 5, on=1), sold(2, 2, on=2)) == [(2, 2), (1, 1)]


def test_nothing_comes_back_before_it_was_bought():
    assert divided(3, sold(1, 5, on=9), before=8) == [(None, 3)]


def test_what_nobody_has_left_is_of_no_line():
    assert divided(3, sold(1, 0, on=1), sold(2, 2, on=2)) == [(2, 2), (None, 1)]


def test_what_was_taken_is_not_there_for_the_next():
    line = sold(1, 5, on=1)
    assert divided(3, line) == [(1, 3)]
    assert divided(3, line) == [(1, 2), (None, 1)]


@given(st.integers(1, 50), st.lists(st.integers(0, 20), max_size=6))
def test_shares_add_up_and_no_line_gives_more_than_it_has(quantity, lefts):
    lines = [sold(n, left, on=1 + n) for n, left in enumerate(lefts)]
    found = divided(quantity, *lines)
    assert sum(count for _, count in found) == quantity
    assert all(count <= lefts[line] for line, count in found if line is not None)
