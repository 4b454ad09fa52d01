"""What is printed on an invoice, as it was when the invoice was issued: catalogue, address book and
the store's settings change, this does not. No database."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self
from zoneinfo import ZoneInfo

from apps.core.money import Money
from apps.stores.models import Store


@dataclass(frozen=True, kw_only=True)
class Seller:
    """Who sells."""

    name: str
    address: list[str]
    tax_number: str
    email: str

    @classmethod
    def of(cls, store: Store) -> Self:
        """This function will return what a store's documents say of the seller."""
        return cls(
            name=store.legal_name or store.name,
            address=store.legal_address.splitlines(),
            tax_number=store.tax_number,
            email=store.email,
        )


@dataclass(frozen=True, kw_only=True)
class InvoiceLine:
    """So many of one thing at a price."""

    sku: str
    title: str
    variant_title: str
    quantity: int
    unit_price: Money
    total: Money

    @classmethod
    def from_json(cls, snapshot: Mapping[str, Any], *, currency: str) -> Self:
        """This function will read what `InvoiceContent.as_json` wrote."""
        return cls(**_in(snapshot, currency, ["unit_price", "total"]))


@dataclass(frozen=True, kw_only=True)
class InvoiceContent:
    """All that stands on an invoice but its number, its date and its sums.

    A credit note has one line, and names what it corrects and why.
    """

    seller: Seller
    buyer: Mapping[str, str]
    order_number: str
    ordered_at: datetime
    lines: list[InvoiceLine]
    subtotal: Money
    discount: Money
    shipping: Money
    tax_rate: Decimal
    prices_include_tax: bool
    time_zone: str
    corrects: str = ""
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """This function will return it as it is stored; the currency stands beside it."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain = {name: _plain(value) for name, value in fields.items()}
        lines = [{name: _plain(value) for name, value in vars(line).items()} for line in self.lines]
        return plain | {
            "seller": asdict(self.seller),
            "buyer": dict(self.buyer),
            "lines": lines,
        }

    @classmethod
    def from_json(cls, snapshot: Mapping[str, Any], *, currency: str) -> Self:
        """This function will read what `as_json` wrote."""
        known = _in(snapshot, currency, ["subtotal", "discount", "shipping"])
        return cls(
            **known
            | {
                "seller": Seller(**known["seller"]),
                "ordered_at": datetime.fromisoformat(known["ordered_at"]),
                "tax_rate": Decimal(known["tax_rate"]),
                "lines": [
                    InvoiceLine.from_json(line, currency=currency) for line in known["lines"]
                ],
            }
        )

    def date_of(self, instant: datetime) -> str:
        """This function will return the day of an instant where the store is: 2026-11-20."""
        return instant.astimezone(ZoneInfo(self.time_zone)).date().isoformat()


def _plain(value: Any) -> Any:
    match value:
        case Money():
            return value.as_json()["amount"]
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat()
    return value


def _in(snapshot: Mapping[str, Any], currency: str, amounts: list[str]) -> dict[str, Any]:
    money = {
        name: Money.from_json({"amount": snapshot[name], "currency": currency}) for name in amounts
    }
    return {**snapshot, **money}
