"""What makes a variant fit its product and its store."""

from collections.abc import Sequence

from apps.catalog.errors import CurrencyMismatch, WrongOptionCount
from apps.catalog.models import Product
from apps.core.money import Money
from apps.stores.models import Store


def require_store_currency(store: Store, *prices: Money | None) -> None:
    """This function will refuse money of another currency than the store's.

    Raises:
        CurrencyMismatch: `expected` is the store's currency.
    """
    for price in prices:
        if price is not None and price.currency != store.currency:
            raise CurrencyMismatch(expected=store.currency, given=price.currency)


def require_option_values(product: Product, option_values: Sequence[str]) -> None:
    """This function will refuse anything but one value for each of the product's options.

    Raises:
        WrongOptionCount: `options` are the product's.
    """
    if len(option_values) != len(product.options):
        raise WrongOptionCount(options=product.options)
