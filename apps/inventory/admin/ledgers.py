"""What is only read: who holds what, and how each number came to be."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display
from unfold.views import ChangeList

from apps.accounts.scopes import Scope
from apps.catalog.models import Variant
from apps.core.admin import BoundedPaginator, LedgerAdmin, as_id
from apps.inventory.admin.filters import DayFilter, ExpiryFilter, ItemWarehouseFilter
from apps.inventory.admin.references import WithCauses, mark_causes
from apps.inventory.models import Reservation, StockItem, StockMovement


class ShortPaginator(BoundedPaginator):
    """Millions of rows: whoever looks for older ones says of what, or of which days."""

    most = 1_000


class OfStockItem(LedgerAdmin):
    """Rows that belong to a stock row. Each list is read along an index, so none is sorted."""

    read_scope = Scope.READ_STOCK
    paginator = ShortPaginator
    list_select_related = ["stock_item__variant", "stock_item__warehouse"]
    id_fields = ["reference", "public_id"]
    search_fields = ["stock_item__variant__sku__exact"]
    search_help_text = "A whole SKU, or the id of an order or a transfer"
    sortable_by = ()
    ordering = ["-public_id"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return WithCauses

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            mark_causes(request, [row])
        return row

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """This function will look a SKU up first, for the rows are many and are found by their
        stock rows. Those of a SKU that is given up are still there."""
        words = search_term.strip()
        if not words or "\x00" in words or as_id(words) is not None:
            return super().get_search_results(request, queryset, search_term)
        named = Variant.with_deleted.filter(store=request.store, sku=words)  # type: ignore[attr-defined]
        # The living ones alone have an index.
        found = list(named.filter(deleted_at=None).values_list("pk")) or list(
            named.values_list("pk")
        )
        items = StockItem.objects.filter(variant__in=[pk for (pk,) in found])
        return queryset.filter(stock_item__in=list(items.values_list("pk", flat=True))), False

    @display(description="SKU")
    def sku(self, row: Reservation | StockMovement) -> str:
        item = row.stock_item
        address = reverse("admin:inventory_stockitem_change", args=[item.pk])
        return format_html('<a href="{}" class="text-link">{}</a>', address, item.variant.sku)

    @display(description="Warehouse")
    def warehouse(self, row: Reservation | StockMovement) -> str:
        return row.stock_item.warehouse.name

    @display(description="For")
    def cause(self, row: Any) -> Any:
        return row.cause


@admin.register(Reservation)
class ReservationAdmin(OfStockItem):
    """Goods held for orders. What is over is released by itself, within a minute or so."""

    list_display = [
        "created_at",
        "sku",
        "warehouse",
        "quantity",
        "state",
        "expires_at",
        "left",
        "cause",
    ]
    list_filter = ["state", ExpiryFilter, ItemWarehouseFilter]
    fields = ["public_id", *list_display, "reference"]
    readonly_fields = ["sku", "warehouse", "left", "cause"]

    @display(description="Held for")
    def left(self, row: Reservation) -> str:
        """This function will tell how long goods are still held."""
        if row.state != Reservation.State.ACTIVE:
            return "-"
        minutes = int((row.expires_at - timezone.now()).total_seconds() // 60)
        return f"{minutes} more minutes" if minutes >= 0 else "over"


@admin.register(StockMovement)
class StockMovementAdmin(OfStockItem):
    list_display = [
        "created_at",
        "sku",
        "warehouse",
        "kind",
        "quantity",
        "on_hand_after",
        "cause",
        "actor",
        "note",
    ]
    list_filter = ["kind", ItemWarehouseFilter, ("created_at", DayFilter)]
    list_filter_submit = True
    fields = ["public_id", *list_display, "reference"]
    readonly_fields = ["sku", "warehouse", "cause"]
