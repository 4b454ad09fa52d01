"""Money: an exact amount of one currency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, total_ordering
from typing import Self

from babel.numbers import get_currency_precision, list_currencies


class CurrencyMismatch(ValueError):
    """Two currencies were added or compared."""


@cache
def currency_exponent(currency: str) -> int:
    """This function will return the number of decimals of an ISO 4217 currency.

    Source: Unicode CLDR, through babel.

    Raises:
        ValueError: the code is not a currency.
    """
    if currency not in list_currencies():
        raise ValueError(f"{currency!r} is not an ISO 4217 currency code")
    return int(get_currency_precision(currency))


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole currency units (19.99, not 1999) and its ISO 4217 code."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"amount is {type(self.amount).__name__}, and only Decimal is exact")

    @classmethod
    def zero(cls, currency: str) -> Self:
        """This function will return nothing, in a currency."""
        return cls(Decimal(0), currency)

    @classmethod
    def from_json(cls, kept: Mapping[str, str]) -> Self:
        """This function will read what `as_json` wrote, or something with more decimals, exactly.

        It is for what we have written ourselves: whatever comes from outside goes through
        `MoneyField`.
        """
        if not isinstance(kept["amount"], str):
            raise TypeError(f"amount is {type(kept['amount']).__name__}, and only text is exact")
        return cls(Decimal(kept["amount"]), kept["currency"])

    @classmethod
    def total(cls, parts: Iterable["Money"], *, currency: str) -> "Money":
        """This function will return the sum of the parts, zero when there are none."""
        return sum(parts, start=cls.zero(currency))

    def __add__(self, other: "Money") -> "Money":
        self._require_same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._require_same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, factor: int | Decimal) -> "Money":
        if not isinstance(factor, int | Decimal):
            raise TypeError(f"money times {type(factor).__name__} is not exact")
        return Money(self.amount * factor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._require_same(other)
        return self.amount < other.amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return f"{self.rounded().amount} {self.currency}"

    def as_json(self) -> dict[str, str]:
        """This function will return `{"amount": "19.99", "currency": "EUR"}`, rounded."""
        return {"amount": f"{self.rounded().amount:f}", "currency": self.currency}

    def rounded(self) -> "Money":
        """This function will round half up to the currency's own number of decimals."""
        step = Decimal(1).scaleb(-currency_exponent(self.currency))
        return Money(self.amount.quantize(step, rounding=ROUND_HALF_UP), self.currency)

    def _require_same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix")
