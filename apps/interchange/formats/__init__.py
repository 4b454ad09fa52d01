"""The product formats we read, by the name they have on the command line."""

from collections.abc import Callable, Iterator, Mapping

from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.native import read_products as read_native
from apps.interchange.formats.record import ProductRecord, RefusedRecord
from apps.interchange.formats.shopify import read_products as read_shopify
from apps.interchange.formats.woocommerce import read_products as read_woocommerce
from apps.stores.models import Store

ProductReader = Callable[[BoundedLines, Store], Iterator[ProductRecord | RefusedRecord]]


def _of_store(read: Callable[..., Iterator[ProductRecord | RefusedRecord]]) -> ProductReader:
    return lambda lines, store: read(lines, currency=store.currency)


PRODUCT_FORMATS: Mapping[str, ProductReader] = {
    "native": _of_store(read_native),
    "shopify": _of_store(read_shopify),
    "woocommerce": _of_store(read_woocommerce),
}
