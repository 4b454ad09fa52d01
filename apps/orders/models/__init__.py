from apps.orders.models.cart import Cart
from apps.orders.models.cart_line import CartLine
from apps.orders.models.invoice import Invoice
from apps.orders.models.invoice_series import InvoiceSeries
from apps.orders.models.order import Order
from apps.orders.models.order_line import OrderLine
from apps.orders.models.order_note import OrderNote
from apps.orders.models.order_transition import OrderTransition
from apps.orders.models.past_return import PastReturn
from apps.orders.models.shipment import Shipment
from apps.orders.models.shipment_line import ShipmentLine

__all__ = [
    "Cart",
    "CartLine",
    "Invoice",
    "InvoiceSeries",
    "Order",
    "OrderLine",
    "OrderNote",
    "OrderTransition",
    "PastReturn",
    "Shipment",
    "ShipmentLine",
]
