"""Stripe's minor units, which are not always the currency's own.

Source: https://docs.stripe.com/currencies, "Minor units", "Zero-decimal", "Three-decimal" and
"Special cases".
"""

from decimal import Decimal

from apps.core.money import Money

_NO_DECIMALS = frozenset(
    {
        *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"),
        *("PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"),
    }
)
# Their last digit has to be a zero: card networks know two decimals at most.
_THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
# They have lost their decimals, and Stripe still wants them said, as 00.
_TWO_ZEROS = frozenset({"ISK", "UGX"})


class InexactAmount(ValueError):
    """Stripe has no way to say this amount of this currency."""


def minor_units(money: Money) -> int:
    """This function will return an amount as Stripe wants it: 1999 for 19.99 EUR, 500 for 500 JPY.

    Raises:
        InexactAmount: it is finer than Stripe's unit. It is never rounded here.
    """
    minor = money.amount.scaleb(_decimals(money.currency))
    if minor % _step(money.currency):
        raise InexactAmount(f"{money.amount} {money.currency}")
    return int(minor)


def money_of(minor: int, currency: str) -> Money:
    """This function will return the money that Stripe means."""
    code = currency.upper()
    return Money(Decimal(minor).scaleb(-_decimals(code)), code)


def _decimals(currency: str) -> int:
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def _step(currency: str) -> int:
    if currency in _THREE_DECIMALS:
        return 10
    return 100 if currency in _TWO_ZEROS else 1
