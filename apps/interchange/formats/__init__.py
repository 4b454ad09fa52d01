"""The product formats we read, by the name they have on the command line."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.record import ProductRecord, RefusedRecord
from apps.interchange.formats.shopify import read_products as read_shopify


class ProductFormat(Protocol):
    """Reads the lines of a file whose amounts are in a currency."""

    def __call__(
        self, lines: BoundedLines, *, currency: str
    ) -> Iterator[ProductRecord | RefusedRecord]:
        """This function will yield the products of the file, one at a time."""


PRODUCT_FORMATS: Mapping[str, ProductFormat] = {"shopify": read_shopify}
