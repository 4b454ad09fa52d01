"""The product formats we read, by the name they have on the command line."""

from collections.abc import Callable, Iterator, Mapping

from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.native import read_products as read_native
from apps.interchange.formats.record import ProductRecord, RefusedRecord
from apps.interchange.formats.shopify import read_products as read_shopify
from apps.interchange.formats.woocommerce import read_products as read_woocommerce
from apps.stores.models import Store


def _native(lines: BoundedLines, store: Store) -> Iterator[ProductRecord | RefusedRecord]:
    return read_native(lines, currency=store.currency)


def _shopify(lines: BoundedLines, store: Store) -> Iterator[ProductRecord | RefusedRecord]:
    return read_shopify(lines, currency=store.currency)


def _woocommerce(lines: BoundedLines, store: Store) -> Iterator[ProductRecord | RefusedRecord]:
    return read_woocommerce(lines, currency=store.currency)


ProductReader = Callable[[BoundedLines, Store], Iterator[ProductRecord | RefusedRecord]]

PRODUCT_FORMATS: Mapping[str, ProductReader] = {
    "native": _native,
    "shopify": _shopify,
    "woocommerce": _woocommerce,
}
