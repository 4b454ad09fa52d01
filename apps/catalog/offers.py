"""What makes a variant fit its product and its store."""

from collections.abc import Sequence

from apps.catalog.errors import CurrencyMismatch, PriceTooPrecise, WrongOptionCount
from apps.catalog.models import Product
from apps.core.money import Money
from apps.stores.models import Store


def require_store_money(store: Store, *prices: Money | None) -> None:
    """This function will refuse money that nobody can pay in the store.

    Raises:
        CurrencyMismatch: it is of another currency; `expected` is the store's.
        PriceTooPrecise: it has more decimals than the currency.
    """
    for price in prices:
        if price is None:
            continue
        if price.currency != store.currency:
            raise CurrencyMismatch(expected=store.currency, given=price.currency)
        if price.amount.normalize().as_tuple().exponent < -store.currency_decimals:
            raise PriceTooPrecise(decimals=store.currency_decimals)


def require_option_values(product: Product, option_values: Sequence[str]) -> None:
    """This function will refuse anything but one value for each of the product's options.

    Raises:
        WrongOptionCount: `options` are the product's.
    """
    if len(option_values) != len(product.options):
        raise WrongOptionCount(options=product.options)
