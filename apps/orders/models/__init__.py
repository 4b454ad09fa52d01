from apps.orders.models.cart import Cart
from apps.orders.models.cart_line import CartLine
from apps.orders.models.order import Order
from apps.orders.models.order_line import OrderLine
from apps.orders.models.order_transition import OrderTransition

__all__ = ["Cart", "CartLine", "Order", "OrderLine", "OrderTransition"]
