from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from apps.inventory.past import PastMovement, balanced, merged

ONE, OTHER = UUID(int=1), UUID(int=2)


def moved(quantity, *, day=1, kind="past_sale", reference=ONE, variant=7):
    return PastMovement(
        variant_id=variant,
        kind=kind,
        quantity=quantity,
        moved_at=datetime(2011, 3, day, tzinfo=UTC),
        reference=reference,
    )


def told(movements):
    return [(one.kind, one.quantity) for one in movements]


def test_what_was_sold_must_have_been_there_before():
    assert told(balanced([moved(-3), moved(-2)])) == [
        ("received", 5),
        ("past_sale", -3),
        ("past_sale", -2),
    ]


def test_what_came_back_must_be_gone_after():
    assert told(balanced([moved(2, kind="past_return")])) == [
        ("past_return", 2),
        ("adjusted", -2),
    ]


def test_what_came_back_in_between_was_there_to_be_sold_again():
    assert told(balanced([moved(-3), moved(3, kind="past_return"), moved(-3)])) == [
        ("received", 3),
        ("past_sale", -3),
        ("past_return", 3),
        ("past_sale", -3),
    ]


def test_what_stands_under_one_reference_is_one_movement():
    by_variant = merged([moved(-3), moved(-2), moved(-1, reference=OTHER), moved(-9, variant=8)])
    assert {key: told(rows) for key, rows in by_variant.items()} == {
        7: [("past_sale", -5), ("past_sale", -1)],
        8: [("past_sale", -9)],
    }


def test_movements_are_told_in_the_order_of_time():
    (rows,) = merged([moved(-1, day=9), moved(-2, day=2, reference=OTHER)]).values()
    assert told(rows) == [("past_sale", -2), ("past_sale", -1)]


def test_what_adds_up_to_nothing_is_no_movement():
    assert merged([moved(5, kind="adjusted"), moved(-5, kind="adjusted")]) == {}


@given(st.lists(st.integers(-9, 9).filter(bool), min_size=1, max_size=30))
def test_nothing_changes_in_the_end_and_nothing_falls_below_nought_before(quantities):
    rows = told(balanced([moved(one, kind="adjusted") for one in quantities]))
    balances = [sum(quantity for _, quantity in rows[: n + 1]) for n in range(len(rows))]
    assert balances[-1] == 0
    assert min(balances) >= 0
