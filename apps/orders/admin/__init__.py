"""Carts, orders and invoices on the staff site."""

from apps.orders.admin import customers as _customers  # noqa: F401 - extends another page
from apps.orders.admin.carts import CartAdmin
from apps.orders.admin.invoices import InvoiceAdmin
from apps.orders.admin.orders import OrderAdmin
from apps.orders.admin.past_returns import PastReturnAdmin
from apps.orders.admin.stock_references import orders_called

__all__ = ["CartAdmin", "InvoiceAdmin", "OrderAdmin", "PastReturnAdmin", "orders_called"]
