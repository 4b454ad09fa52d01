"""Pages of the staff site that show what several apps know."""

from apps.backoffice.admin.orders import OrderPage

__all__ = ["OrderPage"]
