"""What files of past orders are read into: orders, credits and corrections of stock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class GoodsRecord:
    """What a file knows of the goods under a SKU. `is_goods` is false for fees and the like, which
    nobody buys from a list, and no shelf holds."""

    sku: str
    title: str
    price: Decimal
    is_goods: bool = True


@dataclass(frozen=True, kw_only=True)
class PastLineRecord:
    """So many of a SKU; `goods` tells what to make of one that the store does not know."""

    line: int
    sku: str
    title: str
    quantity: int
    unit_price: Decimal
    goods: GoodsRecord | None = None


@dataclass(frozen=True, kw_only=True)
class PastRecord:
    """What every entry of such a file has. Without an address and a number it is a guest's.

    `source` is the shop that numbers them, as far as the format tells.
    """

    source: str
    line: int
    key: str
    rows: Rows
    lines: tuple[PastLineRecord, ...]
    at: datetime
    email: str = ""
    external_id: str = ""


@dataclass(frozen=True, kw_only=True)
class OrderRecord(PastRecord):
    """An order with its money."""

    state: str
    discount: Decimal = Decimal(0)
    shipping: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    prices_include_tax: bool = True
    address: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """What was paid."""
        lines = sum((one.unit_price * one.quantity for one in self.lines), Decimal(0))
        before = lines - self.discount + self.shipping
        return before if self.prices_include_tax else before + self.tax


@dataclass(frozen=True, kw_only=True)
class CreditRecord(PastRecord):
    """Goods that came back, and money that was given back; quantities and prices are above zero."""


@dataclass(frozen=True, kw_only=True)
class CorrectionRecord(PastRecord):
    """Goods that were found, or were no more: quantities are signed, and nothing has a price."""


@dataclass(frozen=True, kw_only=True)
class PersonRecord:
    """A customer of another shop."""

    line: int
    key: str
    rows: Rows
    email: str
    external_id: str
    full_name: str
    created_at: datetime | None
    is_active: bool
    metadata: Mapping[str, Any]
