from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from apps.backoffice.periods import Calendar
from apps.backoffice.sales import Bucket, by_day, change, compared, sales_in
from apps.core.money import Money
from apps.core.spans import Span


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_a_day_is_one_of_the_store_and_the_day_before_ends_at_the_same_time():
    calendar = Calendar.at(utc(2026, 11, 27, 2, 59, 59), time_zone="America/New_York")

    assert calendar.last(1) == Span(utc(2026, 11, 26, 5), utc(2026, 11, 27, 3))
    assert calendar.before(1) == Span(utc(2026, 11, 25, 5), utc(2026, 11, 26, 3))
    assert calendar.last(7) == Span(utc(2026, 11, 20, 5), utc(2026, 11, 27, 3))
    assert calendar.before(7) == Span(utc(2026, 11, 13, 5), utc(2026, 11, 20, 3))
    assert calendar.before(30).since == utc(2026, 9, 28, 4)  # summer time


def test_a_day_of_23_and_one_of_25_hours_are_days():
    spring = Calendar.at(utc(2026, 3, 29, 21, 59, 59), time_zone="Europe/Berlin").days()[-1]
    autumn = Calendar.at(utc(2026, 10, 25, 22, 59, 59), time_zone="Europe/Berlin").days()[-1]

    assert spring.until - spring.since == timedelta(hours=23)
    assert autumn.until - autumn.since == timedelta(hours=25)


def test_the_edges_are_in_order_and_hold_every_end_of_every_span():
    # In the hour that the clocks show twice.
    calendar = Calendar.at(utc(2026, 10, 25, 1, 30), time_zone="Europe/Berlin")
    edges = calendar.edges()

    assert edges == sorted(set(edges))
    spans = [one for days in (1, 7, 30) for one in (calendar.last(days), calendar.before(days))]
    for span in [*spans, *calendar.days()]:
        assert {span.since, span.until} <= set(edges)
    assert len(calendar.days()) == 30


def bucket(start, amount, kind="sold", count=1):
    return Bucket(start=start, kind=kind, count=count, amount=Decimal(amount))


def test_revenue_is_what_was_sold_less_what_was_given_back_in_that_time():
    day = Span(utc(2026, 11, 27), utc(2026, 11, 28))
    sales = sales_in(
        [
            bucket(utc(2026, 11, 26, 23), "1000"),
            bucket(utc(2026, 11, 27), "30.00", count=2),
            bucket(utc(2026, 11, 27, 9), "10.00"),
            bucket(utc(2026, 11, 27), "45.00", kind="refunded", count=3),
            bucket(utc(2026, 11, 27), "1.50", kind="returned"),
            bucket(utc(2026, 11, 28), "1000"),
        ],
        span=day,
        currency="EUR",
    )

    assert sales.orders == 3
    assert str(sales.gross) == "40.00 EUR"
    assert str(sales.revenue) == "-6.50 EUR"
    assert str(sales.average) == "13.33 EUR"


def test_without_orders_there_is_no_average_and_with_nothing_before_no_change():
    calendar = Calendar.at(utc(2026, 11, 27, 12), time_zone="UTC")
    today, *_ = compared([], calendar=calendar, currency="JPY")

    assert today.now.average is None
    assert today.now.revenue == Money(Decimal(0), "JPY")
    assert (today.orders_change, today.revenue_change, today.average_change) == (None, None, None)
    assert len(by_day([], calendar=calendar, currency="JPY")) == 30


@pytest.mark.parametrize(
    ("now", "before", "percent"),
    [("3", "2", 50), ("1", "2", -50), ("2", "2", 0), ("-1", "2", -150), ("1.005", "1", 1),
     ("1", "0", None), ("1", "-5", None)],
)  # fmt: skip
def test_change_is_in_whole_per_cent(now, before, percent):
    assert change(Decimal(now), Decimal(before)) == percent


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "..",
        "2026-11-27T00:00:00Z",
        "2026-11-27T00:00:00Z..",
        "a\x00..b",
        "9" * 10_000,
        "0001-01-01T00:00:00Z..9999-12-31T23:59:59Z",
    ],
)
def test_what_is_no_span_is_none(text):
    assert Span.parse(text) is None


def test_a_span_is_read_as_it_was_written():
    span = Span(utc(2026, 11, 27, 1, 2, 3), utc(2026, 11, 28))
    assert str(span) == "2026-11-27T01:02:03Z..2026-11-28T00:00:00Z"
    assert Span.parse(str(span)) == span
