"""What the demo shop sells."""

from apps.interchange.demo.pictures import PRODUCTS
from apps.interchange.errors import NotADemoShop
from apps.interchange.formats.lines import open_lines
from apps.interchange.formats.record import ProductRecord, RefusedRecord
from apps.interchange.formats.shopify import read_products


def read_goods(*, currency: str) -> list[ProductRecord]:
    """This function will return the products of the demo file, with prices in a currency.

    Raises:
        NotADemoShop: the currency has fewer decimals than the prices.
    """
    goods: list[ProductRecord] = []
    with open_lines(str(PRODUCTS)) as lines:
        for record in read_products(lines, currency=currency):
            if isinstance(record, RefusedRecord):
                raise NotADemoShop(f"The demo cannot be sold in {currency}: {record.faults[0]}.")
            goods.append(record)
    return goods
