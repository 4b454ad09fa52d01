"""One invoice of Online Retail: what kind it is, and what follows from that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django_countries import countries

from apps.interchange.formats.past_record import (
    CorrectionRecord,
    CreditRecord,
    OrderRecord,
    PastLineRecord,
    PastRecord,
)
from apps.interchange.formats.record import Fault, RefusedRecord
from apps.interchange.formats.retail_codes import DISCOUNT, is_carriage, is_cost, is_goods
from apps.interchange.formats.retail_goods import GoodsBook

SOURCE = "online-retail"
MOST_LINES = 30_000
# What the file calls countries that ISO calls otherwise.
_COUNTRIES = {"EIRE": "IE", "RSA": "ZA", "USA": "US"}


@dataclass(frozen=True, kw_only=True)
class RetailLine:
    """A row that could be read; `at` is ISO 8601."""

    line: int
    at: str
    sku: str
    title: str
    quantity: int
    price: Decimal
    customer: str
    country: str

    @property
    def worth(self) -> Decimal:
        """Quantity * price."""
        return self.price * self.quantity


@dataclass(frozen=True)
class Invoice:
    """The lines of one number, and its rows as they were read."""

    number: str
    lines: Sequence[RetailLine]
    rows: Sequence[tuple[str, ...]]

    def refused(self, *faults: Fault) -> RefusedRecord:
        """This function will be the invoice that is not imported."""
        return RefusedRecord(
            line=self.lines[0].line, key=self.number, faults=faults, rows=tuple(self.rows)
        )

    def refused_for(self, reason: str) -> RefusedRecord:
        """This function will refuse it whole, for one reason."""
        return self.refused(Fault(line=self.lines[0].line, value=self.number, reason=reason))

    @property
    def is_of_costs(self) -> bool:
        """Whether there is nothing on it but what the shop paid itself."""
        return all(is_cost(one.sku) for one in self.lines)

    @property
    def is_correction(self) -> bool:
        """Whether nobody bought anything: goods were found or gone, and nothing has a price."""
        return all(not one.price and not one.customer for one in self.lines)


def read_invoice(invoice: Invoice, *, book: GoodsBook) -> PastRecord | RefusedRecord:
    """This function will say what an invoice is: an order, a credit, or a correction of stock.

    It is refused where it is none of them, and when it mixes them: half an invoice is wrong.
    """
    if reason := _reason_against(invoice):
        return invoice.refused_for(reason)
    if invoice.is_correction:
        return _correction(invoice, book)
    if invoice.is_of_costs:
        return invoice.refused_for("holds what the shop paid itself, and no sale")
    return _credit(invoice, book) if invoice.number.startswith("C") else _order(invoice, book)


def _reason_against(invoice: Invoice) -> str:
    if len(invoice.lines) > MOST_LINES:
        return f"has more than {MOST_LINES:,} lines"
    if len({one.customer for one in invoice.lines}) > 1:
        return "is of several customers"
    if invoice.number.startswith("A") or any(one.price < 0 for one in invoice.lines):
        return "is an entry in the books, and no sale"
    return ""


def _order(invoice: Invoice, book: GoodsBook) -> PastRecord | RefusedRecord:
    if any(one.quantity < 0 for one in invoice.lines):
        return invoice.refused_for("has a quantity below zero, and is no cancellation")
    if any(one.sku.upper() == DISCOUNT for one in invoice.lines):
        return invoice.refused_for("has a discount outside a cancellation: its sign is not clear")
    goods = [one for one in invoice.lines if not is_carriage(one.sku)]
    # Carriage alone: there is nothing that it could be the shipping of.
    lines = goods or invoice.lines
    shipping = [one.worth for one in invoice.lines if is_carriage(one.sku)] if goods else []
    return OrderRecord(
        **_entry(invoice, lines, book),
        state="delivered",
        shipping=sum(shipping, Decimal(0)),
        address=_address(invoice.lines[0].country),
    )


def _credit(invoice: Invoice, book: GoodsBook) -> PastRecord | RefusedRecord:
    if any(one.quantity > 0 for one in invoice.lines):
        return invoice.refused_for("is a cancellation, and has a quantity above zero")
    return CreditRecord(**_entry(invoice, invoice.lines, book, sign=-1))


def _correction(invoice: Invoice, book: GoodsBook) -> PastRecord | RefusedRecord:
    goods = [one for one in invoice.lines if is_goods(one.sku)]
    if not goods:
        return invoice.refused_for("has neither a price nor goods: it tells nothing")
    return CorrectionRecord(**_entry(invoice, goods, book))


def _entry(
    invoice: Invoice, lines: Sequence[RetailLine], book: GoodsBook, *, sign: int = 1
) -> dict[str, Any]:
    first = invoice.lines[0]
    return {
        "source": SOURCE,
        "line": first.line,
        "key": invoice.number,
        "rows": tuple(invoice.rows),
        "at": datetime.fromisoformat(first.at),
        "external_id": first.customer,
        "lines": tuple(_line(one, book, sign=sign) for one in lines),
    }


def _line(line: RetailLine, book: GoodsBook, *, sign: int) -> PastLineRecord:
    goods = book.goods(line.sku)
    return PastLineRecord(
        line=line.line,
        sku=line.sku,
        title=line.title or goods.title,
        quantity=sign * line.quantity,
        unit_price=line.price,
        goods=goods,
    )


def _address(country: str) -> dict[str, str]:
    code = _COUNTRIES.get(country) or countries.by_name(country)
    return {"country": code} if code else {"region": country}
