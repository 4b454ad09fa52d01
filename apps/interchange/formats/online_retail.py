"""Online Retail: invoice lines of a gift shop, as the UCI Machine Learning Repository has them.

Chen, D. (2015), "Online Retail", https://doi.org/10.24432/C5BW33. A row is a line of an invoice; an
invoice whose number begins with C takes something back, one that begins with A is an entry in the
books. Lines of an invoice may lie apart, and what a code means takes the whole file: it is read
once, kept aside, and told invoice by invoice, the earliest first. Times are UTC.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal

from apps.core.money import Money
from apps.interchange.formats.cells import CellReader
from apps.interchange.formats.entry_spool import EntrySpool, Line
from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.past_cells import past_moment
from apps.interchange.formats.past_record import PastRecord
from apps.interchange.formats.record import Fault, RefusedRecord
from apps.interchange.formats.retail_goods import GoodsBook
from apps.interchange.formats.retail_invoice import (
    MOST_LINES,
    Invoice,
    RetailLine,
    read_invoice,
)
from apps.interchange.formats.table import Columns, Row, read_rows
from apps.stores.models import Store

COLUMNS: Columns = {
    "number": ("InvoiceNo", "Invoice"),
    "sku": ("StockCode",),
    "title": ("Description",),
    "quantity": ("Quantity",),
    "at": ("InvoiceDate",),
    "price": ("UnitPrice", "Price"),
    "customer": ("CustomerID", "Customer ID"),
    "country": ("Country",),
}
_MOST_OF_ONE = 1_000_000
_SIGNED = re.compile(r"-?[0-9]{1,7}")
_PRICE = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,4})?")
_NO_TIME = "9999"


def read_online_retail(lines: BoundedLines, store: Store) -> Iterator[PastRecord | RefusedRecord]:
    """This function will yield the invoices of a file, the earliest first; prices are taken to be
    in the store's currency, rounded to its decimals.

    Raises:
        UnusableFile: it is no such file.
    """
    book = GoodsBook()
    with EntrySpool() as spool:
        for row in read_rows(lines, columns=COLUMNS, required=list(COLUMNS)):
            _keep(row, spool, book, currency=store.currency)
        for number, kept in spool.entries(most=MOST_LINES):
            invoice = Invoice(number, [_line(one) for one in kept], [_raw(one) for one in kept])
            faults = [fault for one in kept for fault in _faults(one)]
            if faults:
                yield invoice.refused(*faults)
            else:
                yield read_invoice(invoice, book=book)


def _keep(row: Row, spool: EntrySpool, book: GoodsBook, *, currency: str) -> None:
    faults = list(row.faults)
    cells = CellReader(row, faults=faults)
    number = cells.text("number", most=100)
    sku, title = cells.text("sku", most=100), cells.text("title")[:255]
    if not number:
        cells.refuse("number", "is missing")
    if not sku:
        cells.refuse("sku", "is missing")
    quantity, price = _quantity(cells), _price(cells, currency=currency)
    at = _at(cells)
    customer = cells.text("customer", most=100).removesuffix(".0")
    if not faults:
        book.note(line=row.line, sku=sku, title=title, quantity=quantity, price=price)
    kept = [
        [sku, title, quantity, str(price), customer, cells.text("country")],
        row.raw,
        [asdict(fault) for fault in faults],
    ]
    # Whose line it is nobody knows: it stands for itself.
    key = number if number and "\x00" not in number else f"line {row.line}"
    text = json.dumps(kept, ensure_ascii=True).encode()
    spool.add(line=row.line, number=_plain(key), at=at, cells=text)


def _plain(key: str) -> str:
    """Lone surrogates stand for bytes that are not in the encoding: their line is refused."""
    return key.encode("ascii", "backslashreplace").decode()


def _quantity(cells: CellReader) -> int:
    text = cells.text("quantity")
    if not _SIGNED.fullmatch(text) or abs(int(text)) > _MOST_OF_ONE:
        cells.refuse("quantity", f"is not a whole number up to {_MOST_OF_ONE:,}")
        return 0
    if int(text) == 0:
        cells.refuse("quantity", "is nought")
    return int(text)


def _price(cells: CellReader, *, currency: str) -> Decimal:
    text = cells.text("price")
    if not _PRICE.fullmatch(text):
        cells.refuse("price", "is not a decimal number such as 1234.50")
        return Decimal(0)
    return Money(Decimal(text), currency).rounded().amount


def _at(cells: CellReader) -> str:
    if not cells.has("at"):
        cells.refuse("at", "is missing")
    at = past_moment(cells, "at")
    return _NO_TIME if at is None else at.isoformat()


def _line(kept: Line) -> RetailLine:
    _, line, at, cells = kept
    (sku, title, quantity, price, customer, country), _, _ = json.loads(cells)
    return RetailLine(
        line=line,
        at=at,
        sku=sku,
        title=title,
        quantity=quantity,
        price=Decimal(price),
        customer=customer,
        country=country,
    )


def _raw(kept: Line) -> tuple[str, ...]:
    return tuple(json.loads(kept[3])[1])


def _faults(kept: Line) -> list[Fault]:
    return [Fault(**fault) for fault in json.loads(kept[3])[2]]
