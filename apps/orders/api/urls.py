"""Routes of orders."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.orders.api.views import CartItemViewSet, CartViewSet, OrderViewSet

router = SimpleRouter(trailing_slash=False)
router.register("orders", OrderViewSet, basename="order")

urlpatterns = [
    path("cart", CartViewSet.as_view({"get": "retrieve", "delete": "destroy"}), name="cart"),
    path("cart/items", CartItemViewSet.as_view({"post": "create"}), name="cart-items"),
    path(
        "cart/items/<uuid:line_id>",
        CartItemViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="cart-item",
    ),
    *router.urls,
]
