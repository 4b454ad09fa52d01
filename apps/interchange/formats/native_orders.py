"""Past orders in our own layout: a row a line, rows of one order together.

What is said of the order stands in its first row; later ones repeat it, or leave it blank. The
total is lines - discount + shipping, with the tax within it, or on top of it: whichever fits.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby, islice

from django_countries import countries

from apps.core.money import Money
from apps.interchange.formats.cells import CellReader
from apps.interchange.formats.lines import BoundedLines
from apps.interchange.formats.native_columns import ORDER_COLUMNS
from apps.interchange.formats.past_cells import LONG_AGO, email_address, past_moment
from apps.interchange.formats.past_record import OrderRecord, PastLineRecord, PastRecord
from apps.interchange.formats.record import Fault, RefusedRecord, unless_at_fault
from apps.interchange.formats.table import Columns, Row, read_rows
from apps.orders.past import MOST_OF_ONE_PAST, MOST_PAST_LINES
from apps.orders.transitions import IMPORTABLE, OrderState
from apps.stores.models import Store

SOURCE = "native"
COLUMNS: Columns = {name: (name,) for name in ORDER_COLUMNS}
_REQUIRED = ("order_number", "placed_at", "state", "sku", "quantity", "unit_price", "total")
_OF_A_LINE = {"sku", "title", "quantity", "unit_price", "line_total"}
_ADDRESS = {
    "full_name": "ship_to_name",
    "street": "ship_to_line1",
    "street_extra": "ship_to_line2",
    "postal_code": "ship_to_postal_code",
    "city": "ship_to_city",
    "country": "ship_to_country",
}


def read_native_orders(lines: BoundedLines, store: Store) -> Iterator[PastRecord | RefusedRecord]:
    """This function will yield the orders of a file, whole or refused.

    Raises:
        UnusableFile: it is no such file.
    """
    rows = read_rows(lines, columns=COLUMNS, required=_REQUIRED)
    for _, group in groupby(rows, key=lambda row: row.cells.get("order_number", "")):
        # One row more than is allowed, so that it is refused; the others are passed over.
        some = list(islice(group, MOST_PAST_LINES + 1))
        yield _Order(some, currency=store.currency).read()


class _Order:
    """The rows of one order, and what is wrong with them."""

    def __init__(self, rows: Sequence[Row], *, currency: str) -> None:
        self._rows = rows
        self._currency = currency
        self._faults: list[Fault] = [fault for row in rows for fault in row.faults]
        self._first = CellReader(rows[0], faults=self._faults)

    def read(self) -> OrderRecord | RefusedRecord:
        number = self._required("order_number")
        self._require_agreement()
        lines = tuple(self._line(row) for row in self._rows)
        money = self._money(lines)
        record = OrderRecord(
            source=SOURCE,
            line=self._rows[0].line,
            key=number,
            rows=tuple(row.raw for row in self._rows),
            lines=lines,
            at=self._placed_at(),
            email=email_address(self._first, "customer_email"),
            external_id=self._first.text("customer_external_id", most=100),
            state=self._state(),
            address=self._address(),
            **money,
        )
        return unless_at_fault(record, self._faults)

    def _required(self, name: str) -> str:
        text = self._first.text(name, most=100)
        if not text:
            self._first.refuse(name, "is missing")
        return text

    def _require_agreement(self) -> None:
        if len(self._rows) > MOST_PAST_LINES:
            self._first.refuse("order_number", f"has more than {MOST_PAST_LINES:,} lines")
        first = self._rows[0].cells
        for row in self._rows[1:]:
            for name in first.keys() - _OF_A_LINE:
                if row.cells.get(name, "") not in {"", first[name]}:
                    CellReader(row, faults=self._faults).refuse(name, "is not what it was before")

    def _placed_at(self) -> datetime:
        self._required("placed_at")
        return past_moment(self._first, "placed_at") or LONG_AGO

    def _state(self) -> str:
        state = self._required("state")
        if state == OrderState.PENDING:
            self._first.refuse("state", "nobody has paid it: it is no history yet")
        elif state and state not in IMPORTABLE:
            self._first.refuse("state", f"is none of {', '.join(IMPORTABLE)}")
        return state

    def _address(self) -> dict[str, str]:
        address = {ours: self._first.line(name, most=255) for ours, name in _ADDRESS.items()}
        called = address["country"]
        if called and called not in countries.countries:
            address["country"] = countries.by_name(called)
            if not address["country"]:
                self._first.refuse("ship_to_country", "is no country, such as GB")
        return address

    def _line(self, row: Row) -> PastLineRecord:
        cells = CellReader(row, faults=self._faults)
        quantity = _quantity(cells)
        unit_price = cells.required_amount("unit_price", currency=self._currency).amount
        total = cells.amount("line_total", currency=self._currency)
        if total is not None and total.amount != unit_price * quantity:
            cells.refuse("line_total", f"is not {quantity} times the unit price")
        if not cells.has("sku"):
            cells.refuse("sku", "is missing")
        return PastLineRecord(
            line=row.line,
            sku=cells.text("sku", most=100),
            title=cells.text("title", most=255),
            quantity=quantity,
            unit_price=unit_price,
        )

    def _money(self, lines: Sequence[PastLineRecord]) -> Mapping[str, Decimal | bool]:
        if self._first.has("currency") and self._first.text("currency") != self._currency:
            self._first.refuse("currency", f"is not the store's, {self._currency}")
        shipping, discount = self._amount("shipping_amount"), self._amount("discount_amount")
        tax, total = self._amount("tax_amount"), self._amount("total")
        subtotal = sum((one.unit_price * one.quantity for one in lines), Decimal(0))
        before_tax = subtotal - discount + shipping
        if not self._first.has("total"):
            self._first.refuse("total", "is missing")
        elif total not in {before_tax, before_tax + tax}:
            sums = f"{subtotal:f} - {discount:f} + {shipping:f}, and tax of {tax:f}"
            self._first.refuse("total", f"does not add up: {sums}")
        if discount > subtotal:
            self._first.refuse("discount_amount", "is more than the lines cost")
        if tax > total:
            self._first.refuse("tax_amount", "is more than the total")
        return {
            "discount": discount,
            "shipping": shipping,
            "tax": tax,
            "prices_include_tax": total == before_tax,
        }

    def _amount(self, name: str) -> Decimal:
        money = self._first.amount(name, currency=self._currency)
        return (money or Money.zero(self._currency)).amount


def _quantity(cells: CellReader) -> int:
    quantity = cells.whole("quantity", most=MOST_OF_ONE_PAST)
    if quantity == 0 or not cells.has("quantity"):
        cells.refuse("quantity", "is less than one")
    return quantity or 1
