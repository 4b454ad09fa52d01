"""An invoice on paper: A4, with a letterhead and the page's number on each page.

One document always gives the same bytes: nothing in it is random, and its date is that of issue.
The typeface knows Latin, Greek and Cyrillic letters; what it lacks is printed as `�`.
"""

import unicodedata
from collections.abc import Container
from contextlib import closing
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from django.conf import settings
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from apps.core.money import Money
from apps.orders.addresses import FIELDS
from apps.orders.invoice_content import InvoiceLine
from apps.orders.models import Invoice

_FONTS = Path(settings.BASE_DIR) / "static" / "fonts"
_FONT = "dejavu"
_UNKNOWN = "\ufffd"
# Stands for the number of pages until it is known, and leaves room for three digits; `_printable`
# leaves it in nobody's text.
_PAGES = "\ue000\ue000\ue000"

# Lengths are in millimetres, sizes of letters in points.
_LEFT = 18
_WIDTH = 174
_HALF = 85
_RIGHT = _LEFT + _WIDTH - _HALF
_COLUMNS = ((_LEFT, 76), (94, 18), (112, 40), (152, 40))
_BOTTOM = 22
_LEADING = 1.35
_SKU = 5
_SUMS = 45


def render_invoice(invoice: Invoice) -> BytesIO:
    """This function will return an invoice or a credit note as a PDF document."""
    with closing(_Paper(invoice)) as paper:
        paper.add_page()
        paper.write_parties()
        paper.write_lines()
        paper.write_sums()
        return BytesIO(paper.output())


def in_percent(rate: Decimal) -> str:
    """This function will write a tax rate for people: 0.1900 is "19 %", 0.0550 is "5.5 %"."""
    return f"{(rate * 100).normalize():f} %"


def _amount(money: Money) -> str:
    return money.as_json()["amount"].replace("-", "\u2212")


def _printable(text: str, typeface: Container[int]) -> str:
    """Accents join their letters. What cannot be seen is no text: it may turn the rest around."""
    joined = unicodedata.normalize("NFC", text)
    seen = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in joined)
    known = (one if ord(one) in typeface else _UNKNOWN for one in " ".join(seen.split()))
    return "".join(known)


class _Paper(FPDF):
    """The pages of one document."""

    def __init__(self, invoice: Invoice) -> None:
        super().__init__(format="A4")
        self.invoice, self.content = invoice, invoice.content
        self.title_line = f"{'Credit note' if invoice.is_credit_note else 'Invoice'} {invoice}"
        self.is_in_lines = False
        self.set_margin(_LEFT)
        self.set_auto_page_break(auto=True, margin=_BOTTOM)
        self.alias_nb_pages(_PAGES)
        self.add_font(_FONT, "", _FONTS / "DejaVuSans.ttf")
        self.add_font(_FONT, "B", _FONTS / "DejaVuSans-Bold.ttf")
        self.set_creation_date(invoice.issued_at)
        self.set_title(self.title_line)
        self.set_lang("en")

    def close(self) -> None:
        """Lets go of the files of the typefaces."""
        for font in self.fonts.values():
            font.ttfont.close()

    def header(self) -> None:
        """Who writes, and what it is; on the first page, how to reach who writes."""
        seller, top = self.content.seller, self.get_y()
        self.put(self.title_line, x=_RIGHT, width=_HALF, size=12, style="B", align="R")
        below, _ = self.get_y(), self.set_y(top)
        self.put(seller.name, width=_HALF, size=12, style="B")
        if self.page_no() == 1:
            self.put(", ".join(seller.address), width=_HALF, size=8)
            self.put(seller.email, width=_HALF, size=8)
            if seller.tax_number:
                self.put(f"VAT id {seller.tax_number}", width=_HALF, size=8)
        self.set_y(max(self.get_y(), below) + 6)
        if self.is_in_lines:
            self.write_heads()

    def footer(self) -> None:
        """Which of how many pages it is."""
        self.set_y(-15)
        self.set_font(_FONT, size=8)
        self.cell(_WIDTH, 4, f"{self.title_line}, page {self.page_no()} of {_PAGES}", align="C")

    def write_parties(self) -> None:
        """Dates and numbers on the right, the buyer's address on the left."""
        page, top = self.page, self.get_y()
        for label, value in self._facts():
            self.put(label, x=_RIGHT, width=30, stays=True)
            self.put(value, x=_RIGHT + 30, width=_HALF - 30)
        below, _ = self.get_y(), self.set_y(top)
        for name in FIELDS:
            if name != "phone":
                self.put(self.content.buyer.get(name, ""), width=_HALF)
        self.set_y((max(self.get_y(), below) if self.page == page else self.get_y()) + 8)
        if self.content.reason:
            self.put(f"Reason: {self.content.reason}")
            self.ln(4)

    def write_lines(self) -> None:
        """What was sold. A line that does not fit below is the first on the next page."""
        self.write_heads()
        self.is_in_lines = True
        for line in self.content.lines:
            self._write_line(line)
        self.is_in_lines = False

    def write_heads(self) -> None:
        """What the columns hold."""
        currency = self.invoice.currency
        heads = ("Item", "Quantity", f"Unit price, {currency}", f"Total, {currency}")
        self._write_row(heads, style="B")
        self._rule()

    def write_sums(self) -> None:
        """The sums, all on one page."""
        if self.will_page_break(_SUMS):
            self.add_page()
        self._rule()
        for label, value, style in self._sums():
            self.put(label, x=94, width=58, style=style, align="R", stays=True)
            self.put(_amount(value), x=152, width=40, style=style, align="R")

    def put(
        self,
        text: str,
        *,
        x: float = _LEFT,
        width: float = _WIDTH,
        size: int = 9,
        style: str = "",
        align: str = "L",
        stays: bool = False,
    ) -> None:
        """This function will write a text into a column, and go on below it or beside it."""
        if not text:
            return
        self.set_font(_FONT, style, size)
        self.set_x(x)
        self.multi_cell(
            width,
            self.font_size * _LEADING,
            _printable(text, self.current_font.cmap),
            align=align,
            new_x=XPos.LMARGIN,
            new_y=YPos.TOP if stays else YPos.NEXT,
        )

    def _facts(self) -> list[tuple[str, str]]:
        content = self.content
        facts = [
            ("Date", content.date_of(self.invoice.issued_at)),
            ("Order", content.order_number),
            ("Ordered", content.date_of(content.ordered_at)),
        ]
        return [*facts, ("Corrects invoice", content.corrects)] if content.corrects else facts

    def _sums(self) -> list[tuple[str, Money, str]]:
        content, invoice = self.content, self.invoice
        tax = f"Tax {in_percent(content.tax_rate)}"
        within = [("Net", invoice.net, ""), (tax, invoice.tax, "")]
        if invoice.is_credit_note:
            return [("Total credit", invoice.total, "B"), *within]
        parts = [("Subtotal", content.subtotal, "")]
        if content.discount:
            parts.append(("Discount", -content.discount, ""))
        parts.append(("Shipping", content.shipping, ""))
        total = ("Total", invoice.total, "B")
        return [*parts, total, *within] if content.prices_include_tax else [*parts, *within, total]

    def _write_line(self, line: InvoiceLine) -> None:
        name = " · ".join(filter(None, [line.title, line.variant_title]))
        if self.will_page_break(self._height(name) + _SKU):
            self.add_page()
        amounts = (str(line.quantity), _amount(line.unit_price), _amount(line.total))
        self._write_row((name, *amounts))
        self.put(line.sku, width=_COLUMNS[0][1], size=7)
        self.ln(1)

    def _write_row(self, cells: tuple[str, ...], *, style: str = "") -> None:
        """The first cell may be many lines, so it comes last: what follows goes on below it."""
        for (x, width), text in zip(_COLUMNS[1:], cells[1:], strict=True):
            self.put(text, x=x, width=width, style=style, align="R", stays=True)
        self.put(cells[0], width=_COLUMNS[0][1], style=style)

    def _height(self, text: str) -> float:
        self.set_font(_FONT, size=9)
        height = self.multi_cell(
            _COLUMNS[0][1],
            self.font_size * _LEADING,
            _printable(text, self.current_font.cmap),
            dry_run=True,
            output=MethodReturnValue.HEIGHT,
        )
        return float(height)

    def _rule(self) -> None:
        self.ln(1)
        self.line(_LEFT, self.get_y(), _LEFT + _WIDTH, self.get_y())
        self.ln(1)
