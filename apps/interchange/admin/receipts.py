"""Goods that arrived: upload a delivery, look at what it would do, receive it once."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.decorators import action, display

from apps.accounts.scopes import Scope
from apps.core.admin import StaffAdmin
from apps.interchange import services
from apps.interchange.admin.receive_goods import ReceiveGoodsPage, refused_table, sent_refused
from apps.interchange.models import GoodsReceipt
from apps.interchange.queries import outcome_of
from apps.inventory.admin.references import register_finder

_SHOWN = 200


@register_finder
def receipts_called(request: HttpRequest, references: set[UUID]) -> dict[UUID, tuple[str, str]]:
    """This function will find the receipts that movements of stock were made by."""
    batches = GoodsReceipt.objects.for_store(request.store)  # type: ignore[attr-defined]
    found = batches.filter(public_id__in=references, kind=services.RECEIPTS.name)
    return {
        batch.public_id: (
            batch.file_name or "receipt",
            reverse("admin:interchange_goodsreceipt_change", args=[batch.pk]),
        )
        for batch in found
    }


@admin.register(GoodsReceipt)
class GoodsReceiptAdmin(StaffAdmin):
    """Who adds one receives goods. What is there is a record, and is not edited."""

    read_scope = Scope.READ_STOCK
    write_scope = Scope.WRITE_STOCK
    list_display = ["created_at", "file", "state", "received", "refused", "actor"]
    list_filter = ["state"]
    search_fields = ["file_name"]
    id_fields = ["public_id"]
    search_help_text = "Name of a file, or the id of a receipt"
    sortable_by = ()
    ordering = ["-public_id"]
    actions_detail = ["refused_file"]
    change_form_outer_after_template = "admin/interchange/refused_rows.html"
    fields = ["public_id", *list_display, "finished_at", "reverted_at", "reverted_by"]
    readonly_fields = ["file", "received"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(kind=services.RECEIPTS.name)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_look_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """This function will tell who may have the rows that were refused."""
        return self.has_view_permission(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """This function will receive goods, in place of a form for a row."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return ReceiveGoodsPage(self, request).answer()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kw: Any
    ) -> HttpResponse:
        """This function will show the first rows that were refused below the numbers."""
        if obj is not None:
            rows = obj.rows.refused().order_by("line")[:_SHOWN]
            context["refused_rows"] = refused_table([outcome_of(row) for row in rows])
        return super().render_change_form(request, context, *args, obj=obj, **kw)

    @display(description="File")
    def file(self, batch: GoodsReceipt) -> str:
        return batch.file_name or "-"

    @display(description="Received")
    def received(self, batch: GoodsReceipt) -> int:
        """This function will tell how many rows were."""
        return batch.created + batch.changed

    @action(description="Refused rows", url_path="refused_file", permissions=["look"])
    def refused_file(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This function will send the rows that were refused, to be mended."""
        batch = self.get_object(request, object_id)
        if batch is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return sent_refused([outcome_of(row) for row in batch.rows.refused().order_by("line")])
