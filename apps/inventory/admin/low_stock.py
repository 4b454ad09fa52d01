"""What runs out, and how many of it to order again."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display
from unfold.views import ChangeList

from apps.accounts.scopes import Scope
from apps.core.admin import LedgerAdmin, OfferedOrder
from apps.inventory.admin.filters import WarehouseFilter
from apps.inventory.models import LowStock
from apps.inventory.queries import sold_since
from apps.inventory.reorder import SOLD_IN_DAYS, suggested_quantity


class WithSales(OfferedOrder):
    """A list whose rows know how many were sold lately; only those that are shown are asked for."""

    def get_results(self, request: HttpRequest) -> None:
        """This function will read a page of rows, and their sales in one more statement."""
        super().get_results(request)
        mark_sales(list(self.result_list))


def mark_sales(items: list[LowStock]) -> None:
    """This function will give each row its `sold`."""
    since = timezone.now() - timedelta(days=SOLD_IN_DAYS)
    sold = sold_since(item_ids=[item.pk for item in items], since=since)
    for item in items:
        item.sold = sold.get(item.pk, 0)  # type: ignore[attr-defined]


@admin.register(LowStock)
class LowStockAdmin(LedgerAdmin):
    """The rows of the catalogue with no more than their threshold left, the emptiest first."""

    read_scope = Scope.READ_STOCK
    list_display = [
        "sku",
        "product",
        "warehouse",
        "left",
        "on_hand",
        "reserved",
        "threshold",
        "sold_lately",
        "to_order",
    ]
    list_display_links = None
    list_filter = [WarehouseFilter]
    list_select_related = ["variant__product", "warehouse"]
    search_fields = ["variant__sku", "variant__barcode__exact"]
    search_help_text = "SKU or barcode"
    sortable_by = ()
    ordering = [(F("on_hand") - F("reserved")).asc(), "-pk"]
    list_before_template = "admin/inventory/low_stock_basis.html"
    fields = list_display
    readonly_fields = list_display

    def get_queryset(self, request: HttpRequest) -> QuerySet[LowStock]:
        return super().get_queryset(request).low()  # type: ignore[attr-defined, no-any-return]

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return WithSales

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> LowStock | None:
        item: LowStock | None = super().get_object(request, object_id, from_field)
        if item is not None:
            mark_sales([item])
        return item

    @display(description="SKU")
    def sku(self, item: LowStock) -> str:
        address = reverse("admin:inventory_stockitem_change", args=[item.pk])
        return format_html('<a href="{}" class="text-link">{}</a>', address, item.variant.sku)

    @display(description="Product")
    def product(self, item: LowStock) -> str:
        return item.variant.product.title

    @display(description="Available")
    def left(self, item: LowStock) -> int:
        return item.available

    @display(description="Low with")
    def threshold(self, item: LowStock) -> int:
        return item.threshold

    @display(description=f"Sold in {SOLD_IN_DAYS} days")
    def sold_lately(self, item: LowStock) -> int:
        return item.sold  # type: ignore[attr-defined, no-any-return]

    @display(description="To order", empty_value="-")
    def to_order(self, item: LowStock) -> int | None:
        sold = item.sold  # type: ignore[attr-defined]
        return suggested_quantity(sold=sold, available=item.available, threshold=item.threshold)
