"""Stock: numbers to read, and forms that receive and count through the services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from apps.accounts.scopes import Scope
from apps.core.form_page import form_page
from apps.core.service_admin import ServiceAdmin, ServiceForm
from apps.events.actors import Actor
from apps.inventory import services as inventory
from apps.inventory.admin.filters import AvailabilityFilter, UnsoldFilter, WarehouseFilter
from apps.inventory.models import MOST_ON_HAND, StockItem


class QuantityInput(forms.IntegerField):
    """A whole number of goods."""

    def __init__(self, *, min_value: int = 0, **kwargs: Any) -> None:
        super().__init__(
            min_value=min_value,
            max_value=MOST_ON_HAND,
            widget=UnfoldAdminIntegerFieldWidget,
            **kwargs,
        )


class NoteInput(forms.CharField):
    """Why it happened, for those who read the ledger."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, widget=UnfoldAdminTextInputWidget, **kwargs)


class ReceiveForm(forms.Form):
    """Goods that arrived."""

    quantity = QuantityInput(min_value=1)
    note = NoteInput(required=False)

    def act(self, item: StockItem, by: Actor) -> StockItem:
        """This function will do what the form says."""
        return inventory.receive_stock(
            store=item.store,
            variant=item.variant,
            warehouse=item.warehouse,
            by=by,
            **self.cleaned_data,
        )


class AdjustForm(forms.Form):
    """A count."""

    expected_on_hand = QuantityInput(
        label="On record", help_text="As it was when this page was opened."
    )
    quantity = QuantityInput(label="Counted")
    reason = NoteInput()

    def act(self, item: StockItem, by: Actor) -> StockItem:
        """This function will do what the form says."""
        return inventory.adjust_stock(
            store=item.store,
            variant=item.variant,
            warehouse=item.warehouse,
            by=by,
            **self.cleaned_data,
        )


class ThresholdForm(forms.Form):
    """When staff want to hear that it runs out."""

    low_stock_threshold = QuantityInput(
        required=False,
        label="Low with",
        help_text="Staff are told when no more than so many are left. Empty: the usual number.",
    )

    def act(self, item: StockItem, by: Actor) -> StockItem:
        """This function will do what the form says."""
        return inventory.change_low_stock_threshold(
            store=item.store,
            item_id=item.pk,
            threshold=self.cleaned_data["low_stock_threshold"],
            by=by,
        )


class FirstGoodsForm(ServiceForm):
    """The first goods of a variant in a warehouse."""

    quantity = QuantityInput(min_value=1)
    note = NoteInput(required=False)

    class Meta:
        model = StockItem
        fields = ["variant", "warehouse"]


@admin.register(StockItem)
class StockItemAdmin(ServiceAdmin):
    """Who adds a row receives goods; a row that is there is changed through its two actions."""

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
    actions_row = ["receive", "adjust"]
    actions_detail = ["receive", "adjust", "watch"]

    def get_fields(self, request: HttpRequest, obj: StockItem | None = None) -> list[str]:
        """This function will show the numbers of a row, and the form of a new one."""
        if obj is None:
            return ["variant", "warehouse", "quantity", "note", "seen"]
        numbers = ["on_hand", "reserved", "left", "threshold"]
        return ["public_id", "variant", "warehouse", *numbers, "updated_at"]

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

    @display(description="SKU", ordering="variant__sku")
    def sku(self, item: StockItem) -> str:
        return item.variant.sku

    @display(description="Product")
    def product(self, item: StockItem) -> str:
        return item.variant.product.title

    @display(description="Available", ordering=F("on_hand") - F("reserved"))
    def left(self, item: StockItem) -> int:
        return item.available

    @display(description="Low with")
    def threshold(self, item: StockItem) -> int:
        return item.threshold

    @action(description="Receive", url_path="receive", permissions=["handle"])
    def receive(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will add goods that arrived."""
        return self._act(request, object_id, ReceiveForm, title="Receive goods")

    @action(description="Count", url_path="count", permissions=["handle"])
    def adjust(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will set the number that was counted."""
        return self._act(request, object_id, AdjustForm, title="Count goods")

    @action(description="Watch", url_path="watch", permissions=["handle"])
    def watch(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will set with how many left staff are told."""
        return self._act(request, object_id, ThresholdForm, title="Tell staff when it runs out")

    def _act(
        self,
        request: HttpRequest,
        object_id: str,
        form_class: type[ReceiveForm | AdjustForm | ThresholdForm],
        *,
        title: str,
    ) -> HttpResponse:
        item = self.get_object(request, object_id)
        if item is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        given = request.POST if request.method == "POST" else None
        known = {
            "expected_on_hand": item.on_hand,
            "low_stock_threshold": item.low_stock_threshold,
        }
        form = form_class(given, initial=known)

        def act() -> str:
            now = form.act(item, request.user)
            return f"{now.on_hand} on hand, low with {now.threshold}."

        return form_page(
            self,
            request,
            form=form,
            act=act,
            title=title,
            intro=f"{item}: {item.on_hand} on hand, {item.reserved} reserved",
            back=reverse("admin:inventory_stockitem_change", args=[item.pk]),
        )
