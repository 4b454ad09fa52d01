"""Routes of data that leaves."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from apps.interchange.api.views import (
    CustomerExportView,
    ExportJobViewSet,
    OrderExportView,
    ProductExportView,
    StockExportView,
)

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("admin/exports", ExportJobViewSet, basename="export")

urlpatterns = [
    *router.urls,
    path("admin/customers/export", CustomerExportView.as_view(), name="customers-export"),
    path("admin/orders/export", OrderExportView.as_view(), name="orders-export"),
    path("admin/products/export", ProductExportView.as_view(), name="products-export"),
    path("admin/stock/export", StockExportView.as_view(), name="stock-export"),
]
