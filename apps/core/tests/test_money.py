from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.money import CurrencyMismatch, Money, currency_exponent

amounts = st.decimals(
    min_value=-(10**9), max_value=10**9, places=4, allow_nan=False, allow_infinity=False
)


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("1.005", "EUR", "1.01"),
        ("1.004", "EUR", "1.00"),
        ("-1.005", "EUR", "-1.01"),
        ("12.5", "JPY", "13"),
        ("1.2345", "KWD", "1.235"),
    ],
)
def test_rounds_half_up_to_the_decimals_of_the_currency(amount, currency, rounded):
    assert str(Money(Decimal(amount), currency).rounded().amount) == rounded


def test_shows_amount_and_code():
    assert str(Money(Decimal("19.9"), "EUR")) == "19.90 EUR"


def test_two_currencies_never_add_or_compare():
    euro, yen = Money(Decimal(1), "EUR"), Money(Decimal(1), "JPY")
    with pytest.raises(CurrencyMismatch):
        euro + yen
    with pytest.raises(CurrencyMismatch):
        euro - yen
    with pytest.raises(CurrencyMismatch):
        euro < yen  # noqa: B015
    assert euro != yen


@pytest.mark.parametrize("value", [1.5, "1.5", 1])
def test_only_decimals_are_money(value):
    with pytest.raises(TypeError):
        Money(value, "EUR")


def test_is_not_multiplied_by_a_float():
    with pytest.raises(TypeError):
        Money(Decimal(1), "EUR") * 0.5


def test_total_of_nothing_is_zero():
    assert Money.total([], currency="EUR") == Money(Decimal(0), "EUR")


@given(st.lists(amounts, max_size=20))
def test_total_is_the_sum_whatever_the_order(values):
    parts = [Money(value, "EUR") for value in values]
    assert Money.total(parts, currency="EUR") == Money.total(reversed(parts), currency="EUR")


def test_unknown_currency_is_refused():
    with pytest.raises(ValueError, match="XXQ"):
        currency_exponent("XXQ")


def test_is_read_from_json_exactly():
    assert Money.from_json({"amount": "0.10", "currency": "EUR"}) == Money(Decimal("0.10"), "EUR")
    assert Money.from_json({"amount": "1.2345", "currency": "EUR"}).amount == Decimal("1.2345")
    with pytest.raises(TypeError, match="only text is exact"):
        Money.from_json({"amount": 0.1, "currency": "EUR"})


def test_json_has_the_decimals_of_its_currency():
    assert Money(Decimal("19.9"), "EUR").as_json() == {"amount": "19.90", "currency": "EUR"}
    assert Money(Decimal("1980.5"), "JPY").as_json() == {"amount": "1981", "currency": "JPY"}
