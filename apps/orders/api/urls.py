"""Routes of orders."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.orders.api.views import (
    CartItemViewSet,
    CartViewSet,
    CustomerOrdersViewSet,
    InvoiceViewSet,
    OrderInvoiceViewSet,
    OrderViewSet,
    ShipmentViewSet,
)

router = SimpleRouter(trailing_slash=False)
router.register("orders", OrderViewSet, basename="order")
router.register("invoices", InvoiceViewSet, basename="invoice")

urlpatterns = [
    path("cart", CartViewSet.as_view({"get": "retrieve", "delete": "destroy"}), name="cart"),
    path("cart/items", CartItemViewSet.as_view({"post": "create"}), name="cart-items"),
    path(
        "cart/items/<uuid:line_id>",
        CartItemViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="cart-item",
    ),
    path(
        "customers/<uuid:id>/orders",
        CustomerOrdersViewSet.as_view({"get": "list"}),
        name="customer-orders",
    ),
    path(
        "orders/<str:id>/invoice",
        OrderInvoiceViewSet.as_view({"get": "retrieve"}),
        name="order-invoice",
    ),
    path(
        "orders/<str:id>/shipments",
        ShipmentViewSet.as_view({"get": "list", "post": "create"}),
        name="order-shipments",
    ),
    path(
        "orders/<str:id>/shipments/<uuid:shipment_id>/deliver",
        ShipmentViewSet.as_view({"post": "deliver"}),
        name="order-shipment-delivery",
    ),
    *router.urls,
]
