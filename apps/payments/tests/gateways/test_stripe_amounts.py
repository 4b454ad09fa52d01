from decimal import Decimal

import pytest

from apps.core.money import Money
from apps.payments.gateways.stripe_amounts import InexactAmount, minor_units, money_of


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("19.99", "EUR", 1999),
        ("19.9900", "EUR", 1999),
        ("0.01", "USD", 1),
        ("0", "EUR", 0),
        ("123456789.01", "USD", 12345678901),
        # No decimals.
        ("500", "JPY", 500),
        ("500.0000", "KRW", 500),
        ("12000", "CLP", 12000),
        ("7", "MGA", 7),
        # Three decimals, the last of which is a zero.
        ("5.120", "KWD", 5120),
        ("0.010", "BHD", 10),
        ("1.5", "TND", 1500),
        # No decimals any more, and said as if there were two.
        ("5", "ISK", 500),
        ("5", "UGX", 500),
        # Two decimals at Stripe, whatever people use.
        ("1000", "HUF", 100000),
        ("10.45", "HUF", 1045),
        ("800", "TWD", 80000),
        ("1000", "IDR", 100000),
    ],
)
def test_says_an_amount_as_stripe_wants_it(amount, currency, minor):
    money = Money(Decimal(amount), currency)
    assert minor_units(money) == minor
    assert money_of(minor, currency.lower()) == money


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("0.001", "EUR"),
        ("19.995", "EUR"),
        ("0.5", "JPY"),
        ("5.124", "KWD"),
        ("5.1201", "KWD"),
        ("5.50", "ISK"),
        ("0.01", "UGX"),
    ],
)
def test_never_rounds(amount, currency):
    with pytest.raises(InexactAmount, match=currency):
        minor_units(Money(Decimal(amount), currency))
