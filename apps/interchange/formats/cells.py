"""Cells read as values. What cannot be read becomes a fault, and all faults are told at once."""

import re
from decimal import ROUND_HALF_UP, Decimal

from apps.core.money import Money, currency_exponent
from apps.interchange.formats.record import Fault
from apps.interchange.formats.table import Row

_DECIMAL = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")
# As `accounts` refuses them, and those of C1.
_BREAKS = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]+")
_WHOLE = re.compile(r"[0-9]{1,10}")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
MOST_NUMBER = 2**31 - 1  # what an integer column holds


class CellReader:
    """The cells of one row; faults go to the list that the whole product shares."""

    def __init__(self, row: Row, *, faults: list[Fault]) -> None:
        self.row = row
        self._faults = faults

    def refuse(self, name: str, reason: str) -> None:
        """This function will record what is wrong with a cell."""
        column = self.row.headers.get(name, "")
        value = self.row.cells.get(name, "")[:60]
        self._faults.append(Fault(line=self.row.line, column=column, value=value, reason=reason))

    def has(self, *names: str) -> bool:
        """This function will tell whether any of the cells is filled."""
        return any(self.row.cells.get(name) for name in names)

    def text(self, name: str, *, most: int | None = None) -> str:
        """This function will return a text of at most so many characters, "" for a blank cell."""
        text = self.row.cells.get(name, "")
        if most is not None and len(text) > most:
            self.refuse(name, f"is longer than {most} characters")
        return text

    def line(self, name: str, *, most: int) -> str:
        """This function will return a text as one line: a break within a name is an attack on a
        mail's header, or on a parcel's label, and in an address it is a space."""
        return _BREAKS.sub(" ", self.text(name, most=most)).strip()

    def amount(self, name: str, *, currency: str) -> Money | None:
        """This function will return an amount of money, `None` for a blank cell."""
        text = self.text(name)
        if not text:
            return None
        amount = self._decimal(name, text)
        if amount != amount.quantize(Decimal(1).scaleb(-currency_exponent(currency))):
            self.refuse(name, f"has more decimals than {currency}")
        return Money(amount, currency)

    def required_amount(self, name: str, *, currency: str) -> Money:
        """This function will return an amount of money that may not be blank."""
        amount = self.amount(name, currency=currency)
        if amount is None:
            self.refuse(name, "is missing")
            return Money.zero(currency)
        return amount

    def whole(self, name: str, *, most: int = MOST_NUMBER) -> int | None:
        """This function will return a number of things, `None` for a blank cell."""
        text = self.text(name)
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            negative = re.fullmatch(r"-[0-9]+", text)
            self.refuse(name, "is negative" if negative else "is not a whole number")
            return None
        return self._bounded(name, int(text), most)

    def rounded(self, name: str, *, times: Decimal = Decimal(1)) -> int | None:
        """This function will return so many times a measure, rounded half up, `None` for a blank
        cell."""
        text = self.text(name)
        if not text:
            return None
        measure = self._decimal(name, text)
        whole = int((measure * times).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        return self._bounded(name, whole, MOST_NUMBER)

    def flag(self, name: str) -> bool | None:
        """This function will return true or false, `None` for a blank cell."""
        text = self.text(name)
        if text and text.casefold() not in _FLAGS:
            self.refuse(name, "is neither true nor false")
        return _FLAGS.get(text.casefold())

    def _decimal(self, name: str, text: str) -> Decimal:
        if _DECIMAL.fullmatch(text):
            return Decimal(text)
        if text.startswith("-") and _DECIMAL.fullmatch(text[1:]):
            self.refuse(name, "is negative")
        else:
            self.refuse(name, "is not a decimal number such as 1234.50")
        return Decimal(0)

    def _bounded(self, name: str, number: int, most: int) -> int:
        if number > most:
            self.refuse(name, f"is above {most}")
        return number
