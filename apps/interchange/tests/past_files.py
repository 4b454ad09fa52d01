"""Files of past orders and customers, made as text."""

import csv
import io
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.db import connection

from apps.accounts.invariants import INVARIANTS as OF_ACCOUNTS
from apps.audit.invariants import INVARIANTS as OF_AUDIT
from apps.catalog.invariants import INVARIANTS as OF_CATALOG
from apps.inventory.invariants import INVARIANTS as OF_INVENTORY
from apps.orders.invariants import INVARIANTS as OF_ORDERS
from apps.payments.invariants import INVARIANTS as OF_PAYMENTS
from tests.promises import broken_among

RETAIL = [
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
]
ORDERS = [
    "order_number",
    "placed_at",
    "state",
    "customer_email",
    "customer_external_id",
    "currency",
    "sku",
    "title",
    "quantity",
    "unit_price",
    "line_total",
    "shipping_amount",
    "discount_amount",
    "tax_amount",
    "total",
    "ship_to_name",
    "ship_to_line1",
    "ship_to_line2",
    "ship_to_postal_code",
    "ship_to_city",
    "ship_to_country",
]
CUSTOMERS = [
    "email",
    "first_name",
    "last_name",
    "phone",
    "created_at",
    "is_active",
    "external_id",
    "metadata",
]


def text_of(header: list[str], *rows: Any) -> str:
    """This function will write rows, each a list of cells or a mapping of names to cells."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    for row in rows:
        writer.writerow([row.get(name, "") for name in header] if isinstance(row, dict) else row)
    return out.getvalue()


def retail_row(
    number: str,
    sku: str,
    quantity: int | str,
    price: str,
    *,
    title: str = "A THING",
    at: str = "2010-12-01 08:26:00",
    customer: str = "17850.0",
    country: str = "United Kingdom",
) -> list[str]:
    return [number, sku, title, str(quantity), at, price, customer, country]


def order_row(number: str = "1001", **cells: str) -> dict[str, str]:
    """One mug at 10.00, of ada@example.com."""
    usual = {
        "order_number": number,
        "placed_at": "2020-02-03T10:00:00Z",
        "state": "delivered",
        "customer_email": "ada@example.com",
        "currency": "EUR",
        "sku": "MUG",
        "title": "Mug",
        "quantity": "1",
        "unit_price": "10.00",
        "line_total": "10.00",
        "total": "10.00",
    }
    return usual | cells


def run_import(what: str, file: Path, *options: str) -> tuple[str, str]:
    """This function will run a command; returns what it says, and what it says of refusals."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(what, str(file), *options, stdout=out, stderr=err)
    except CommandError as error:
        err.write(f"{error} ({error.returncode})\n")
    return out.getvalue(), err.getvalue()


def broken_promises() -> list[str]:
    """This function will ask what `doctor` asks of the shop's own database."""
    connection.check_constraints()
    asked = (OF_ACCOUNTS, OF_CATALOG, OF_INVENTORY, OF_ORDERS, OF_PAYMENTS, OF_AUDIT[:1])
    return broken_among(one for invariants in asked for one in invariants)
