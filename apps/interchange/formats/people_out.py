"""Customers and their orders in our own layout. What is forgotten is blank."""

from collections.abc import Iterator, Sequence
from typing import Any

from apps.accounts.models import User
from apps.interchange.formats.cell_texts import amount_of, json_text
from apps.interchange.formats.csv_text import moment_text
from apps.interchange.formats.native_columns import CUSTOMER_COLUMNS, ORDER_COLUMNS
from apps.orders.models import Order, OrderLine

_LINE_COLUMNS = ("sku", "title", "quantity", "unit_price", "line_total")


def customer_document(customer: User, *, phone: str) -> dict[str, Any]:
    """This function will return what leaves of a customer, `phone` being that of their address.

    Names are cut at the first space, so that both parts joined by one are the name as it was. A
    phone that came with an import goes out as it came.
    """
    first, _, last = customer.full_name.partition(" ")
    metadata = dict(customer.metadata or {})
    return {
        "email": customer.email or "",
        "first_name": first,
        "last_name": last,
        "phone": metadata.pop("phone", phone),
        "created_at": customer.created_at,
        "is_active": customer.is_active,
        "external_id": customer.external_id or "",
        "metadata": metadata,
    }


def customer_row(customer: User, *, phone: str) -> list[Any]:
    """This function will return the same as cells."""
    document = customer_document(customer, phone=phone)
    document["metadata"] = json_text(document["metadata"])
    return [document[name] for name in CUSTOMER_COLUMNS]


def order_rows(order: Order, lines: Sequence[OrderLine]) -> Iterator[list[Any]]:
    """This function will yield a row for each line of an order, each with all of the order."""
    about = _order_cells(order)
    for cells in list(map(_line_cells, lines)) or [{}]:
        whole = about | cells
        yield [whole.get(name) for name in ORDER_COLUMNS]


def order_document(order: Order, lines: Sequence[OrderLine]) -> dict[str, Any]:
    """This function will return an order with its `lines`, amounts and moments as texts."""
    about = _order_cells(order)
    each = [{name: _plain(value) for name, value in _line_cells(one).items()} for one in lines]
    own = {name: _plain(about[name]) for name in ORDER_COLUMNS if name not in _LINE_COLUMNS}
    return own | {"lines": each}


def _order_cells(order: Order) -> dict[str, Any]:
    address = order.shipping_address or {}
    return {
        "order_number": order.number,
        "placed_at": order.placed_at,
        "state": order.state,
        "customer_email": order.customer.email or "",
        "customer_external_id": order.customer.external_id or "",
        "currency": order.currency,
        "shipping_amount": amount_of(order.shipping),
        "discount_amount": amount_of(order.discount),
        "tax_amount": amount_of(order.tax),
        "total": amount_of(order.total),
        "ship_to_name": address.get("full_name", ""),
        "ship_to_line1": address.get("street", ""),
        "ship_to_line2": address.get("street_extra", ""),
        "ship_to_postal_code": address.get("postal_code", ""),
        "ship_to_city": address.get("city", ""),
        "ship_to_country": address.get("country", ""),
    }


def _line_cells(line: OrderLine) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "title": line.title,
        "quantity": line.quantity,
        "unit_price": amount_of(line.unit_price),
        "line_total": amount_of(line.line_total),
    }


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return moment_text(value)
    return value if isinstance(value, int) else str(value)
