"""What is only read: who holds what, and how each number came to be."""

from django.contrib import admin
from unfold.decorators import display

from apps.accounts.scopes import Scope
from apps.core.admin import LedgerAdmin
from apps.inventory.admin.filters import ItemWarehouseFilter
from apps.inventory.models import Reservation, StockMovement


class OfStockItem(LedgerAdmin):
    """Rows that belong to a stock row."""

    read_scope = Scope.READ_STOCK
    list_select_related = ["stock_item__variant", "stock_item__warehouse"]
    search_fields = ["stock_item__variant__sku__exact", "reference__exact"]
    search_help_text = "A whole SKU, or the id of an order"
    ordering = ["-public_id"]

    @display(description="SKU")
    def sku(self, row: Reservation | StockMovement) -> str:
        return row.stock_item.variant.sku

    @display(description="Warehouse")
    def warehouse(self, row: Reservation | StockMovement) -> str:
        return row.stock_item.warehouse.name


@admin.register(Reservation)
class ReservationAdmin(OfStockItem):
    list_display = [
        "created_at",
        "sku",
        "warehouse",
        "quantity",
        "state",
        "expires_at",
        "reference",
    ]
    list_filter = ["state", ItemWarehouseFilter]
    fields = ["public_id", *list_display]


@admin.register(StockMovement)
class StockMovementAdmin(OfStockItem):
    list_display = [
        "created_at",
        "sku",
        "warehouse",
        "kind",
        "quantity",
        "on_hand_after",
        "reference",
        "actor",
        "note",
    ]
    list_filter = ["kind", ItemWarehouseFilter]
    fields = ["public_id", *list_display]
