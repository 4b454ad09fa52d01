"""Stock: numbers to read, and forms that receive, count and transfer through the services."""

from typing import Any

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import action, display

from apps.accounts.scopes import Scope
from apps.core.form_page import form_page
from apps.core.service_admin import ServiceAdmin
from apps.inventory import services as inventory
from apps.inventory.admin.filters import AvailabilityFilter, UnsoldFilter, WarehouseFilter
from apps.inventory.admin.item_rows import rows_of
from apps.inventory.admin.stock_forms import (
    AdjustForm,
    FirstGoodsForm,
    ItemForm,
    ReceiveForm,
    ThresholdForm,
    TransferForm,
)
from apps.inventory.admin.stock_take import StockTakePage
from apps.inventory.models import StockItem


@admin.register(StockItem)
class StockItemAdmin(ServiceAdmin):
    """Who adds a row receives goods; a row that is there is changed through its actions."""

    read_scope = Scope.READ_STOCK
    write_scope = Scope.WRITE_STOCK
    form = FirstGoodsForm
    list_display = ["sku", "product", "warehouse", "on_hand", "reserved", "left", "updated_at"]
    list_filter = [AvailabilityFilter, UnsoldFilter, WarehouseFilter]
    list_select_related = ["variant__product", "warehouse"]
    search_fields = ["variant__sku", "variant__barcode__exact"]
    search_help_text = "SKU or barcode"
    autocomplete_fields = ["variant", "warehouse"]
    ordering = ["-pk"]
    # What has an index: the rows are as many as the SKUs.
    sortable_by = ["left"]
    actions_list = ["take_stock"]
    actions_row = ["receive", "adjust"]
    actions_detail = ["receive", "adjust", "transfer", "watch"]
    change_form_outer_after_template = "admin/inventory/item_rows.html"

    def get_fields(self, request: HttpRequest, obj: StockItem | None = None) -> list[str]:
        """This function will show the numbers of a row, and the form of a new one."""
        if obj is None:
            return ["variant", "warehouse", "quantity", "note", "reference", "seen"]
        numbers = ["on_hand", "reserved", "left", "threshold"]
        return ["public_id", "variant", "product_link", "warehouse", *numbers, "updated_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_handle_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may receive and count goods."""
        return self.may_write(request)

    def create(self, request: HttpRequest, details: dict[str, Any]) -> StockItem:
        """This function will receive the first goods."""
        return inventory.receive_stock(
            store=request.store,  # type: ignore[attr-defined]
            by=request.user,
            **details,
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kw: Any
    ) -> HttpResponse:
        """This function will show what happened last below the numbers."""
        if obj is not None:
            context |= rows_of(obj, request)
        return super().render_change_form(request, context, *args, obj=obj, **kw)

    @display(description="SKU")
    def sku(self, item: StockItem) -> str:
        return item.variant.sku

    @display(description="Product")
    def product(self, item: StockItem) -> str:
        return item.variant.product.title

    @display(description="Product")
    def product_link(self, item: StockItem) -> str:
        product = item.variant.product
        address = reverse("admin:catalog_product_change", args=[product.pk])
        return format_html('<a href="{}" class="text-link">{}</a>', address, product.title)

    @display(description="Available", ordering=F("on_hand") - F("reserved"))
    def left(self, item: StockItem) -> int:
        return item.available

    @display(description="Low with")
    def threshold(self, item: StockItem) -> int:
        return item.threshold

    @action(description="Stock-take", url_path="take", permissions=["handle"], icon="fact_check")
    def take_stock(self, request: HttpRequest) -> HttpResponse:
        """This function will put what was counted of many goods on record."""
        return StockTakePage(self, request).answer()

    @action(description="Receive", url_path="receive", permissions=["handle"])
    def receive(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will add goods that arrived."""
        return self._act(request, object_id, ReceiveForm, title="Receive goods")

    @action(description="Count", url_path="count", permissions=["handle"])
    def adjust(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will set the number that was counted."""
        return self._act(request, object_id, AdjustForm, title="Count goods")

    @action(description="Transfer", url_path="transfer", permissions=["handle"])
    def transfer(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will move goods to another warehouse."""
        return self._act(request, object_id, TransferForm, title="Transfer goods")

    @action(description="Watch", url_path="watch", permissions=["handle"])
    def watch(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will set with how many left staff are told."""
        return self._act(request, object_id, ThresholdForm, title="Tell staff when it runs out")

    def _act(
        self, request: HttpRequest, object_id: str, form_class: type[ItemForm], *, title: str
    ) -> HttpResponse:
        item = self.get_object(request, object_id)
        if item is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        given = request.POST if request.method == "POST" else None
        known = {
            "expected_on_hand": item.on_hand,
            "low_stock_threshold": item.low_stock_threshold,
        }
        form = form_class(given, initial=known, item=item)
        return form_page(
            self,
            request,
            form=form,
            act=lambda: form.act(request.user),  # type: ignore[arg-type]
            title=title,
            intro=(
                f"{item}: {item.on_hand} on hand, {item.reserved} reserved, "
                f"{item.available} available"
            ),
            back=reverse("admin:inventory_stockitem_change", args=[item.pk]),
        )
