"""New prices from old ones: by a share or an amount, rounded as shops round. Pure arithmetic."""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from apps.core.money import Money, currency_exponent

# A column of amounts holds so many digits before the point.
_MOST = Decimal(10) ** 15


class Rounding(StrEnum):
    """To which prices a new one is rounded: always to the nearest, of two as near to the higher."""

    EXACT = "exact"  # to the decimals of the currency
    ENDS_99 = "ends_99"  # 12.99
    ENDS_95 = "ends_95"
    ENDS_90 = "ends_90"
    FIVE_CENTS = "five_cents"  # 12.35: what can be paid in coins
    WHOLE = "whole"
    TENS = "tens"
    HUNDREDS = "hundreds"


class CompareAt(StrEnum):
    """What becomes of the price that a price is compared with."""

    LEAVE = "leave"
    OLD_PRICE = "old_price"
    CLEAR = "clear"


class Refusal(StrEnum):
    """Why a variant gets no new price."""

    NOT_POSITIVE = "not_positive"  # nothing would be left of it, or less
    TOO_HIGH = "too_high"
    NOT_BELOW_COMPARE_AT = "not_below_compare_at"


_STEPS = {
    Rounding.FIVE_CENTS: Decimal("0.05"),
    Rounding.WHOLE: Decimal(1),
    Rounding.TENS: Decimal(10),
    Rounding.HUNDREDS: Decimal(100),
}
_ENDINGS = {
    Rounding.ENDS_99: Decimal("0.99"),
    Rounding.ENDS_95: Decimal("0.95"),
    Rounding.ENDS_90: Decimal("0.90"),
}


@dataclass(frozen=True, kw_only=True)
class Repricing:
    """How prices change. `percent` or `amount`, below zero to lower them; not both."""

    percent: Decimal | None = None
    amount: Money | None = None
    rounding: Rounding = Rounding.EXACT
    compare_at: CompareAt = CompareAt.LEAVE


@dataclass(frozen=True, kw_only=True)
class NewPrice:
    """What a variant is to cost, and what that is compared with; or why it stays as it is."""

    price: Money
    compare_at: Money | None
    refusal: Refusal | None = None


def roundings_for(currency: str) -> list[Rounding]:
    """This function will return the roundings that make sense in a currency: money without
    decimals has no cents to end in."""
    if currency_exponent(currency) >= 2:
        return list(Rounding)
    return [Rounding.EXACT, Rounding.TENS, Rounding.HUNDREDS]


def reprice(*, price: Money, compare_at: Money | None, how: Repricing) -> NewPrice:
    """This function will return the new price, and the new price it is compared with.

    The share is taken of the exact price, and the result rounded once. A refusal comes with the
    prices as they are. A price that stays the same keeps its comparison unless it is to be cleared.

    Raises:
        ValueError: the rounding makes no sense in the currency.
    """
    new = _rounded(_changed(price, how), how.rounding)
    refused = _refusal(new)
    if refused is None:
        beside = _beside(price, compare_at, new=new, how=how.compare_at)
        if beside is None or beside > new:
            return NewPrice(price=new, compare_at=beside)
        refused = Refusal.NOT_BELOW_COMPARE_AT
    return NewPrice(price=price, compare_at=compare_at, refusal=refused)


def _changed(price: Money, how: Repricing) -> Money:
    if how.amount is not None:
        return price + how.amount
    return price * (1 + (how.percent or Decimal(0)) / 100)


def _refusal(new: Money) -> Refusal | None:
    if new.amount <= 0:
        return Refusal.NOT_POSITIVE
    return Refusal.TOO_HIGH if new.amount >= _MOST else None


def _beside(price: Money, compare_at: Money | None, *, new: Money, how: CompareAt) -> Money | None:
    if how is CompareAt.CLEAR:
        return None
    return price if how is CompareAt.OLD_PRICE and new != price else compare_at


def _rounded(price: Money, rounding: Rounding) -> Money:
    if rounding not in roundings_for(price.currency):
        raise ValueError(f"{price.currency} is not rounded to {rounding}")
    step, ending = _STEPS.get(rounding), _ENDINGS.get(rounding)
    amount = price.amount
    if ending is not None:
        # Of what costs less than the ending, the ending is the nearest price there is.
        amount = max(_whole(amount - ending), Decimal(0)) + ending if amount > 0 else amount
    elif step is not None:
        amount = _whole(amount / step) * step
    return Money(amount, price.currency).rounded()


def _whole(amount: Decimal) -> Decimal:
    """To the nearest whole number, of two as near to the higher: also below zero."""
    return (amount + Decimal("0.5")).to_integral_value(rounding=ROUND_FLOOR)
