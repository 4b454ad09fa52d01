"""Routes of data that leaves."""

from django.urls import path

from apps.interchange.api.views import (
    CustomerExportView,
    OrderExportView,
    ProductExportView,
    StockExportView,
)

urlpatterns = [
    path("admin/customers/export", CustomerExportView.as_view(), name="customers-export"),
    path("admin/orders/export", OrderExportView.as_view(), name="orders-export"),
    path("admin/products/export", ProductExportView.as_view(), name="products-export"),
    path("admin/stock/export", StockExportView.as_view(), name="stock-export"),
]
