"""How a refund divides into goods and tax. No database: numbers in, numbers out.

    tax share of x = x - x / (1 + rate), rounded
    tax of a note  = tax share of (what was credited before + amount)
                     - tax share of what was credited before

What goes back is money that was paid, so it holds its tax whether or not prices did. The share is
taken of the sum so far and not of each note, so that notes over the whole invoice credit its tax to
the cent however many they are. Halves are rounded up. At a rate of at most 100 % a note's tax is
never negative and never above its amount.
"""

from decimal import Decimal

from apps.core.money import Money


def credited_tax(*, amount: Money, before: Money, tax_rate: Decimal) -> Money:
    """This function will return the tax in an amount that goes back, by the formulas above.

    `before` is what earlier notes of the invoice have credited, tax and all.
    """
    return _share(before + amount, tax_rate) - _share(before, tax_rate)


def _share(total: Money, tax_rate: Decimal) -> Money:
    return (total - Money(total.amount / (1 + tax_rate), total.currency)).rounded()
