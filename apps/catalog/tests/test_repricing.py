"""New prices: what comes out, by literals."""

from decimal import Decimal

import pytest

from apps.catalog.repricing import (
    CompareAt,
    Refusal,
    Repricing,
    Rounding,
    reprice,
    roundings_for,
)
from apps.core.money import Money


def money(text, currency="EUR"):
    return Money(Decimal(text), currency) if text else None


def new(price, *, compare_at="", currency="EUR", percent=None, amount="", **how):
    made = reprice(
        price=money(price, currency),
        compare_at=money(compare_at, currency),
        how=Repricing(
            percent=None if percent is None else Decimal(percent),
            amount=money(amount, currency),
            **how,
        ),
    )
    beside = made.compare_at and str(made.compare_at.amount)
    return str(made.price.amount), beside, made.refusal


@pytest.mark.parametrize(
    ("price", "percent", "rounding", "expected"),
    [
        ("19.90", "10", "exact", "21.89"),
        ("19.90", "-12.5", "exact", "17.41"),  # 17.4125
        ("0.05", "-50", "exact", "0.03"),  # 0.025, of two as near the higher
        ("19.90", "10", "ends_99", "21.99"),
        ("20.00", "2.5", "ends_99", "20.99"),  # 20.50
        ("20.49", "0", "ends_99", "20.99"),  # as near to 19.99: the higher
        ("20.48", "0", "ends_99", "19.99"),
        ("0.30", "0", "ends_99", "0.99"),  # and not -0.01
        ("21.44", "0", "ends_95", "20.95"),
        ("21.45", "0", "ends_95", "21.95"),
        ("21.89", "0", "ends_90", "21.90"),
        ("12.375", "0", "five_cents", "12.40"),
        ("12.34", "0", "five_cents", "12.35"),
        ("12.50", "0", "whole", "13.00"),
        ("1234.00", "0", "tens", "1230.00"),
        ("1250.00", "0", "hundreds", "1300.00"),
    ],
)
def test_a_share_is_taken_and_rounded_once(price, percent, rounding, expected):
    assert new(price, percent=percent, rounding=Rounding(rounding)) == (expected, None, None)


def test_an_amount_goes_up_and_down():
    assert new("19.90", amount="0.10") == ("20.00", None, None)
    assert new("19.90", amount="-5") == ("14.90", None, None)


@pytest.mark.parametrize(
    ("currency", "price", "percent", "rounding", "expected"),
    [
        ("JPY", "1980", "-7", "exact", "1841"),  # 1841.4
        ("JPY", "1985", "10", "tens", "2180"),  # 2183.5
        ("JPY", "1950", "0", "hundreds", "2000"),
        ("KWD", "1.250", "3", "exact", "1.288"),  # 1.2875
        ("KWD", "1.250", "3", "ends_99", "0.990"),
        ("KWD", "1.250", "0", "five_cents", "1.250"),
    ],
)
def test_each_currency_keeps_its_decimals(currency, price, percent, rounding, expected):
    made = new(price, currency=currency, percent=percent, rounding=Rounding(rounding))
    assert made == (expected, None, None)


def test_money_without_cents_does_not_end_in_any():
    assert roundings_for("JPY") == ["exact", "tens", "hundreds"]
    assert len(roundings_for("KWD")) == len(roundings_for("EUR")) == 8
    with pytest.raises(ValueError, match="JPY is not rounded to ends_99"):
        new("1980", currency="JPY", percent="1", rounding=Rounding.ENDS_99)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (CompareAt.LEAVE, ("9.00", "12.00", None)),
        (CompareAt.OLD_PRICE, ("9.00", "10.00", None)),
        (CompareAt.CLEAR, ("9.00", None, None)),
    ],
)
def test_what_becomes_of_the_price_it_is_compared_with(how, expected):
    made = reprice(
        price=money("10.00"),
        compare_at=money("12.00"),
        how=Repricing(percent=Decimal(-10), compare_at=how),
    )
    beside = made.compare_at and str(made.compare_at.amount)
    assert (str(made.price.amount), beside, made.refusal) == expected


def test_what_cannot_be_stays_as_it_is():
    assert new("4.00", amount="-5") == ("4.00", None, Refusal.NOT_POSITIVE)
    assert new("4.00", amount="-4") == ("4.00", None, Refusal.NOT_POSITIVE)
    assert new("0.30", percent="0", rounding=Rounding.WHOLE) == (
        "0.30",
        None,
        Refusal.NOT_POSITIVE,
    )
    assert new("10.00", compare_at="11.00", percent="10") == (
        "10.00",
        "11.00",
        Refusal.NOT_BELOW_COMPARE_AT,
    )
    assert new("999999999999999.00", percent="1") == (
        "999999999999999.00",
        None,
        Refusal.TOO_HIGH,
    )


def test_a_price_that_goes_up_is_not_compared_with_the_lower_one_before():
    made = reprice(
        price=money("10.00"),
        compare_at=None,
        how=Repricing(percent=Decimal(5), compare_at=CompareAt.OLD_PRICE),
    )
    assert (str(made.price.amount), made.refusal) == ("10.00", Refusal.NOT_BELOW_COMPARE_AT)


def test_a_price_that_stays_keeps_its_comparison():
    made = reprice(
        price=money("10.00"),
        compare_at=money("12.00"),
        how=Repricing(percent=Decimal(0), compare_at=CompareAt.OLD_PRICE),
    )
    assert (made.price, made.compare_at) == (money("10.00"), money("12.00"))
