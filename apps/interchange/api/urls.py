"""Routes of data that leaves."""

from django.urls import path

from apps.interchange.api.views import OrderExportView, ProductExportView

urlpatterns = [
    path("admin/orders/export", OrderExportView.as_view(), name="orders-export"),
    path("admin/products/export", ProductExportView.as_view(), name="products-export"),
]
