from apps.orders.api.views.carts import CartItemViewSet, CartViewSet
from apps.orders.api.views.customers import CustomerOrdersViewSet
from apps.orders.api.views.invoices import InvoiceViewSet, OrderInvoiceViewSet
from apps.orders.api.views.orders import OrderViewSet
from apps.orders.api.views.paths import ORDER_ID
from apps.orders.api.views.shipments import ShipmentViewSet

__all__ = [
    "ORDER_ID",
    "CartItemViewSet",
    "CartViewSet",
    "CustomerOrdersViewSet",
    "InvoiceViewSet",
    "OrderInvoiceViewSet",
    "OrderViewSet",
    "ShipmentViewSet",
]
