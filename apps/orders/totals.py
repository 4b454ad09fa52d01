"""What an order costs. No database: numbers in, numbers out.

    line total = unit price * quantity, rounded to the currency's decimals
    subtotal   = Σ line totals
    taxable    = subtotal - discount + shipping

    prices include tax:  tax   = taxable - taxable / (1 + rate), rounded
                         total = taxable
    prices exclude tax:  tax   = taxable * rate, rounded
                         total = taxable + tax

Line totals, discount and shipping are rounded before they are added, the tax once for the whole
order, so every sum is exact in the currency's decimals. Halves are rounded up. Shipping bears the
tax of the goods. An order of nothing ships for nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from apps.core.money import Money
from apps.stores.models import Store

MOST_LINES = 100
MOST_OF_ONE = 999


@dataclass(frozen=True, kw_only=True)
class Line:
    """So many of one thing at a price."""

    unit_price: Money
    quantity: int

    @property
    def total(self) -> Money:
        """Unit price * quantity, rounded."""
        return (self.unit_price * self.quantity).rounded()


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The parts of a price and their sum."""

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money


def add_up(
    lines: Collection[Line],
    *,
    discount: Money,
    shipping: Money,
    tax_rate: Decimal,
    prices_include_tax: bool,
) -> Totals:
    """This function will compute what the lines cost, by the formulas above.

    `tax_rate` is a share of the net price: 0.19 is 19 %. A discount takes away the goods' price
    at most. The currency is that of `shipping`.

    Raises:
        CurrencyMismatch: a line or the discount is in another currency.
    """
    currency = shipping.currency
    subtotal = Money.total((line.total for line in lines), currency=currency)
    discount = min(discount.rounded(), subtotal)
    shipping = shipping.rounded() if lines else Money.zero(currency)
    taxable = subtotal - discount + shipping
    if prices_include_tax:
        tax = (taxable - Money(taxable.amount / (1 + tax_rate), currency)).rounded()
        total = taxable
    else:
        tax = (taxable * tax_rate).rounded()
        total = taxable + tax
    return Totals(subtotal=subtotal, discount=discount, shipping=shipping, tax=tax, total=total)


def store_totals(lines: Collection[Line], *, store: Store) -> Totals:
    """This function will compute what the lines cost by a store's tax and shipping fee."""
    return add_up(
        lines,
        discount=Money.zero(store.currency),
        shipping=store.shipping,
        tax_rate=store.tax_rate,
        prices_include_tax=store.prices_include_tax,
    )
